"""The words of a case file."""

from detection.flag import Words

TITLE = Words("案件 {case}", "Case {case}")
SUBTITLE = Words("按{kind} {bound_by} 归并", "Bound by {kind}, {bound_by}")
FOOTER = Words(
    "案件 {case} · {who} 于 {when} 导出 · 内部资料", "Case {case} · exported by {who}, {when} · confidential"
)
PAGE = Words("第 {page} 页，共 {pages} 页", "page {page} of {pages}")
ALTERED = Words(
    "下列日期的证据缺失或与封存码不符，本文件不含：{days}。",
    "Evidence that is lost or does not fit its seal is left out of this file: {days}.",
)
NOTHING_SEALED = Words("没有可用的封存证据。", "There is no sealed evidence to print.")

HEADINGS = {
    "summary": Words("概要", "Summary"),
    "flags": Words("预警指标与合法解释", "Flags, and what would explain them lawfully"),
    "bookings": Words("预约", "Bookings"),
    "pictures": Words("图示", "Pictures"),
    "history": Words("处理记录", "History"),
    "evidence": Words("证据与封存码", "Evidence and seal"),
    "evidence_about": Words(
        "每夜的证据封存于一个文件夹；封存码是其 manifest.json 的 SHA-256。"
        "在该文件夹内运行 sha256sum -c SHA256SUMS 即可核对。",
        "What each night adds is sealed in a folder of its own; the seal is the SHA-256 of its manifest.json. In that "
        "folder, sha256sum -c SHA256SUMS checks it.",
    ),
}
#: a case's number → its name, and how it is written
NUMBERS = {
    "bookings": (Words("预约", "bookings"), "{:,}"),
    "people_passed": (Words("无据越过人数", "people passed"), "{:,.0f}"),
    "minutes_taken": (Words("占用分钟数", "minutes taken"), "{:,.0f}"),
    "expected_harm": (Words("预期损害", "expected harm"), "{:,.1f}"),
    "score": (Words("可疑分", "score"), "{:.4f}"),
    "q_value": (Words("伪发现率", "q-value"), "{:.2g}"),
}
FLAG = Words("{code} {name}（{bookings} 笔）", "{code} {name} (bookings: {bookings})")
AT_LEAST = Words("触发条件：不少于", "Fires from")
AT_MOST = Words("触发条件：不多于", "Fires up to")
COLUMNS = (
    Words("服务日", "day"),
    Words("网点", "centre"),
    Words("预约号", "booking"),
    Words("可疑分", "score"),
    Words("伪发现率", "q-value"),
    Words("越过人数", "passed"),
    Words("占用分钟", "minutes"),
)
HISTORY_COLUMNS = (Words("时间", "when"), Words("人员", "who"), Words("事项", "what"))
SEAL_COLUMNS = (Words("日期", "night"), Words("文件夹", "folder"), Words("封存码（SHA-256）", "seal (SHA-256)"))
FACTS = {
    "code_version": Words("程序版本", "code"),
    "model_version": Words("模型版本", "model"),
    "config_hash": Words("设置摘要", "settings"),
}
