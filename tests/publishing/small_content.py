"""A small world in YAML: enough that every kind of fault can be made in it with one change."""

import io
from pathlib import Path
from typing import Any

from django.core.management import call_command

FILES = {
    "sources.yaml": """\
sources:
- code: note
  title: {en: A note, zh-hans: 一份说明}
  read_on: 2026-01-01
  language: zh
  kind: official-document
  reliability: primary
""",
    "world.yaml": """\
region_schemes:
- code: un
  name: {en: Groups, zh-hans: 区域组}
  authority: {en: United Nations, zh-hans: 联合国}
  citations: [note]
regions:
- code: un-weog
  scheme: un
  name: {en: Western group, zh-hans: 西方国家组}
  citations: ["note#para-1"]
  memberships:
  - country: NO
    since: "2009"
    until: "2010-05"
    citations: ["note#para-1"]
countries:
- iso2: NO
  iso3: NOR
  m49: "578"
  name: {en: Norway, zh-hans: 挪威}
  un_status: un-member
  latitude: 62.0
  longitude: 10.0
  citations: [note]
- iso2: KE
  iso3: KEN
  m49: "404"
  name: {en: Kenya, zh-hans: 肯尼亚}
  un_status: un-member
  latitude: 1.0
  longitude: 38.0
  citations: [note]
""",
    "mechanisms.yaml": """\
functions:
- code: training
  name: {en: Training, zh-hans: 培训}
  description: {en: Courses., zh-hans: 课程。}
mechanisms:
- code: basel
  letter: A
  name: {en: Basel centres, zh-hans: 巴塞尔中心}
  short_name: {en: Basel, zh-hans: 巴塞尔}
  summary: {en: Centres., zh-hans: 各中心。}
  functions: [training]
  citations: ["note#paras-1-2"]
criterion_groups:
- code: identity
  name: {en: Identity, zh-hans: 身份}
criteria:
- code: basis
  group: identity
  name: {en: Basis, zh-hans: 依据}
  question: {en: Which?, zh-hans: 哪一个？}
  kind: choice
  options:
  - code: basis-treaty
    name: {en: Treaty, zh-hans: 条约}
- code: level
  group: identity
  name: {en: Level, zh-hans: 层级}
  question: {en: Which?, zh-hans: 哪一个？}
  kind: choice
  options:
  - code: level-global
    name: {en: Global, zh-hans: 全球}
findings:
- mechanism: basel
  criterion: basis
  stated_on: 2010-06-07
  status: stated
  options: [basis-treaty]
  text: {en: A treaty., zh-hans: 一项条约。}
  citations: ["note#para-1"]
""",
}


def write_small_content(folder: Path) -> Path:
    """Write the small world into ``folder`` and return it."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replace ``old``, which must stand in the file once, and return the line on which it began."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def load(folder: Path, **options: Any) -> str:
    """Run the loader on ``folder`` and return what it writes."""
    output = io.StringIO()
    call_command("load_content", folder=folder, stdout=output, **options)
    return output.getvalue()
