"""What the bulk export says of itself: files of one language each, so their texts are in no catalogue."""

TITLE = {"en": "Technical Assistance Mechanisms Portal", "zh-hans": "技术援助机制比较门户"}

#: docs/decisions/data-licence.md says why.
LICENCE = """\
The portal's own texts may be reused with attribution under Creative Commons Attribution 4.0 International (CC BY 4.0),
https://creativecommons.org/licenses/by/4.0/. Names, titles and figures of the cited sources remain theirs; the
statements are the portal's own wording, not that of the sources. Nothing here expresses an opinion on the legal status
of any country, territory, city or area.

本门户自撰的文字可按知识共享署名4.0国际许可协议（CC BY 4.0）重复使用，但须注明出处，\
见https://creativecommons.org/licenses/by/4.0/。所引来源的名称、标题和数字仍归各来源所有；各项陈述是本门户的措辞，\
并非来源的原文。本数据不对任何国家、领土、城市或地区的法律地位表示任何意见。
"""

README_FILES = {"en": "README.md", "zh-hans": "README.zh-hans.md"}
README = {
    "en": """\
# Technical Assistance Mechanisms Portal: all tables

How environmental agreements and United Nations organizations deliver technical assistance, with a source behind every
statement. Dataset revision {revision}; date of the export {date}.

{kit}- `csv/`: each list of the API as a table, in UTF-8 without a byte order mark.
- `json/`: the same records as the API writes them, an array a table.
- `data-dictionary.csv`: what each column holds, in English and Chinese.
- `datapackage.json`: the tables, columns and checksums as a Data Package (datapackage.org).
- `LICENCE.txt`, `REVISION`, and `SHA256SUMS`, which `sha256sum -c SHA256SUMS` checks.

## How to read it

- Every record is here whatever its date: designations that have ended and statements that later ones replaced too.
  `since`, `until` and `stated_on` say when each holds. What a record only shows of other records (the designations in a
  centre's record, the regions in a country's) is that of the date of the export.
- Codes and keys never change and have no language; they join the tables.
- An empty cell means that no source says it, unless the data dictionary says otherwise.
- Namibia has the code NA and some codes begin with a zero, so read codes as text:
  `pandas.read_csv(path, dtype=str, keep_default_na=False)`.
- In the CSV files an apostrophe stands before a text that a spreadsheet would take for a formula.

| table | records |
|---|---|
{rows}
""",
    "zh-hans": """\
# 技术援助机制比较门户：全部数据表

各项环境协定和联合国各组织如何提供技术援助，每项陈述均注明来源。数据集版本：{revision}；导出日期：{date}。

{kit}- `csv/`：API的每个列表为一张表，UTF-8编码，无字节顺序标记。
- `json/`：相同的记录，格式与API相同，每张表为一个数组。
- `data-dictionary.csv`：每一列的内容，附中英文说明。
- `datapackage.json`：以数据包（datapackage.org）格式列出的表、列及校验和。
- `LICENCE.txt`、`REVISION`以及`SHA256SUMS`，后者可用`sha256sum -c SHA256SUMS`核对。

## 如何阅读

- 不论日期，所有记录都在其中，包括已终止的指定和已由后来陈述取代的陈述。`since`、`until`和`stated_on`表明每条记录\
何时有效。一条记录所显示的其他记录（例如中心记录中的指定、国家记录中的区域）以导出日期为准。
- 代码和键永不改变，不分语文；各表由此相互关联。
- 除数据字典另有说明外，单元格为空表示没有来源说明。
- 纳米比亚的代码是NA，有些代码以零开头，因此应将代码作为文本读取：
  `pandas.read_csv(path, dtype=str, keep_default_na=False)`。
- 在CSV文件中，电子表格会误作公式的文本之前加有一个撇号。

| 表 | 记录数 |
|---|---|
{rows}
""",
}

KIT_LINE = {
    "en": "- `{name}`: the portal on one page, which any browser opens without a network.\n",
    "zh-hans": "- `{name}`：整个门户汇成的一个网页，无需联网，任何浏览器均可打开。\n",
}
