"""What the page cache keeps: whole answers within a bound of bytes."""

from collections import deque
from collections.abc import Iterable
from threading import Lock

from publishing.conditional import CODINGS, State, is_compressible

Headers = list[tuple[str, str]]

#: Bytes of an answer beside its bodies: headers, and what the interpreter needs for all of it.
OVERHEAD = 4096
#: Part of the bytes for answers that were asked for once.
NEWCOMERS = 0.1
#: Keys of answers that went, so that who comes back is known.
REMEMBERED = 20_000
#: What only says how a body is sent; a 304 has none.
OF_THE_BODY = {"content-type", "content-length", "content-disposition", "content-encoding"}


class Answer:
    """An answer in every coding."""

    __slots__ = ("bodies", "key", "media_type", "size", "status", "tag", "unchanged", "uses")

    def __init__(self, key: str, status: str, headers: Headers, body: bytes, codings: Iterable[str]) -> None:
        """Make it from Django's own, which is not coded.

        Args:
            key: what it answers.
            status: the status line.
            headers: those for every reader.
            body: the body.
            codings: those in which it may be asked for, beside its own.
        """
        named = {name.lower(): value for name, value in headers}
        self.key = key
        self.status = status
        self.media_type = named.get("content-type", "")
        #: The ETag less the coding; empty for none.
        self.tag = named.get("etag", "").strip('"').removesuffix("-identity")
        self.bodies = {"identity": (headers, body)}
        if "content-encoding" not in named and is_compressible(self.media_type, body):
            for name in set(codings) - {"identity"}:
                coded = CODINGS[name](body, self.media_type)
                own = {"etag": f'"{self.tag}-{name}"', "content-length": str(len(coded))}
                coded_headers = [(one, own.get(one.lower(), value)) for one, value in headers]
                self.bodies[name] = ([*coded_headers, ("Content-Encoding", name)], coded)
        self.unchanged = [pair for pair in headers if pair[0].lower() not in OF_THE_BODY | {"etag"}]
        self.size = OVERHEAD + sum(len(body) for _headers, body in self.bodies.values())
        #: Times it was asked for again, up to three.
        self.uses = 0


class Answers:
    """The answers of one state of the dataset, within a bound of bytes.

    Which ones stay is decided by S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: FIFO queues are all you need for cache
    eviction, SOSP 2023). A new answer goes into a short queue, and from its end into the long one only if it was asked
    for again: what is asked for once, a flood of random addresses too, passes through a tenth of the bytes and pushes
    out nothing that readers share. A hit only counts; it takes no lock and moves nothing.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self.state: State | None = None
        self._held: dict[str, Answer] = {}
        self._new: deque[Answer] = deque()
        self._kept: deque[Answer] = deque()
        self._new_size = 0
        #: Hashes of keys, oldest first.
        self._gone: dict[int, None] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str) -> Answer | None:
        """Return the answer with this key and count that it was asked for again."""
        answer = self._held.get(key)
        if answer is not None and answer.uses < 3:
            answer.uses += 1
        return answer

    def put(self, answer: Answer, state: State) -> bool:
        """Keep an answer of a state; return whether it is kept: not if it is of another state, or too big."""
        with self._lock:
            fits = answer.size <= self.capacity * NEWCOMERS
            if not fits or state != self.state or answer.key in self._held:
                return False
            while self.size + answer.size > self.capacity:
                self._evict()
            self._held[answer.key] = answer
            self.size += answer.size
            if self._gone.pop(hash(answer.key), self) is None:
                self._kept.append(answer)
            else:
                self._new.append(answer)
                self._new_size += answer.size
            return True

    def renew(self, state: State) -> None:
        """Forget every answer, now that the dataset has another state; what was shared is known to be."""
        with self._lock:
            for answer in self._held.values():
                if answer.uses:
                    self._remember(answer)
            self.state = state
            self.size = self._new_size = 0
            # Another dictionary: readers may be looking at the old one.
            self._held = {}
            self._new.clear()
            self._kept.clear()

    def _evict(self) -> None:
        if self._new_size >= self.capacity * NEWCOMERS or not self._kept:
            answer = self._new.popleft()
            self._new_size -= answer.size
            if answer.uses:
                answer.uses = 0
                self._kept.append(answer)
                return
            self._remember(answer)
        else:
            answer = self._kept.popleft()
            if answer.uses:
                answer.uses -= 1
                self._kept.append(answer)
                return
        del self._held[answer.key]
        self.size -= answer.size

    def _remember(self, answer: Answer) -> None:
        self._gone[hash(answer.key)] = None
        if len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]
