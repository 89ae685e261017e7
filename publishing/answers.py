"""What the page cache keeps: whole answers within a bound of bytes."""

import gzip
from collections import deque
from collections.abc import Callable
from threading import Lock

import brotli

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
ENCODED = "Content-Encoding"
DECODINGS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


class Answer:
    """An answer in one coding."""

    __slots__ = (
        "body",
        "coding",
        "headers",
        "is_compressible",
        "key",
        "media_type",
        "shown",
        "size",
        "status",
        "tag",
        "unchanged",
        "uses",
    )

    def __init__(
        self, key: str, shown: State | None, status: str, headers: Headers, body: bytes, coding: str = "identity"
    ) -> None:
        """Make it from Django's own, which is not coded, or from another (``coded``).

        Args:
            key: what it answers.
            shown: the state of the dataset that it shows; None for one that is not kept.
            status: the status line.
            headers: those for every reader.
            body: the body.
            coding: in which the body is.
        """
        named = {name.lower(): value for name, value in headers}
        self.key = key
        self.shown = shown
        self.status = status
        self.headers = headers
        self.body = body
        self.coding = coding
        self.media_type = named.get("content-type", "")
        self.is_compressible = coding != "identity" or (
            "content-encoding" not in named and is_compressible(self.media_type, body)
        )
        #: The ETag less the coding; empty for none.
        self.tag = named.get("etag", "").strip('"').removesuffix(f"-{coding}")
        self.unchanged = [pair for pair in headers if pair[0].lower() not in OF_THE_BODY | {"etag"}]
        self.size = OVERHEAD + len(body)
        #: Times it was asked for again, up to three.
        self.uses = 0

    def coded(self, coding: str) -> "Answer":
        """Return the same answer in a coding; itself where it is in it, or no coding makes it smaller."""
        if coding == self.coding or not self.is_compressible:
            return self
        plain = DECODINGS[self.coding](self.body)
        body = CODINGS[coding](plain, self.media_type) if coding in CODINGS else plain
        own = {"etag": f'"{self.tag}-{coding}"', "content-length": str(len(body))}
        headers = [(name, own.get(name.lower(), value)) for name, value in self.headers if name != ENCODED]
        if coding in CODINGS:
            headers.append((ENCODED, coding))
        return Answer(self.key, self.shown, self.status, headers, body, coding)


class Answers:
    """The answers of one state of the dataset, within a bound of bytes.

    Each is held in the codings that were asked for, and made in another from one of these when somebody asks for it:
    nearly all readers take the same one, and a body that is not coded is as large as eight that are.

    Which ones stay is decided by S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: FIFO queues are all you need for cache
    eviction, SOSP 2023). A new answer goes into a short queue, and from its end into the long one only if it was asked
    for again: what is asked for once, a flood of random addresses too, passes through a tenth of the bytes and pushes
    out nothing that readers share. A hit only counts; it takes no lock and moves nothing.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self.state: State | None = None
        #: By what is asked for and the coding.
        self._held: dict[tuple[str, str], Answer] = {}
        self._new: deque[Answer] = deque()
        self._kept: deque[Answer] = deque()
        self._new_size = 0
        #: Hashes of keys and codings, oldest first.
        self._gone: dict[int, None] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str, coding: str) -> Answer | None:
        """Return the answer to what is asked for, in a coding if it has it, and count that it was asked for again."""
        held = self._held
        answer = held.get((key, coding))
        if answer is None:
            other = next((one for name in DECODINGS if (one := held.get((key, name)))), None)
            if other is None:
                return None
            answer = other.coded(coding)
            if answer is not other:
                self.put(answer)
        if answer.uses < 3:
            answer.uses += 1
        return answer

    def put(self, answer: Answer) -> bool:
        """Keep an answer; return whether it is kept: not if it is of another state than these, or too big."""
        place = (answer.key, answer.coding)
        with self._lock:
            fits = answer.size <= self.capacity * NEWCOMERS
            if not fits or answer.shown is None or answer.shown != self.state or place in self._held:
                return False
            while self.size + answer.size > self.capacity:
                self._evict()
            self._held[place] = answer
            self.size += answer.size
            if self._gone.pop(hash(place), self) is None:
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
        del self._held[answer.key, answer.coding]
        self.size -= answer.size

    def _remember(self, answer: Answer) -> None:
        self._gone[hash((answer.key, answer.coding))] = None
        if len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]
