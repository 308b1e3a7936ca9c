"""Headers and words of typical hall and queue systems, in Chinese, English and Polish.

Spellings are compared in normal form (see `normal`): without case, spaces, punctuation and notes in brackets, so
one entry stands for many. A new vendor's header is one more word here.
"""

import re
import unicodedata

#: contract column -> headers under which vendors deliver it; the contract's own names need no entry
HEADERS: dict[str, str] = {
    "booking_id": """预约号 预约编号 预约单号 预约流水号 业务流水号 流水号 办件编号 记录编号 订单号
        booking|booking number|booking ref|booking reference|appointment|appointment id|appointment number
        |reservation id|visit id|transaction id|numer rezerwacji|id rezerwacji|id wizyty|numer wizyty""",
    "centre_id": """网点 网点名称 网点编号 大厅 大厅名称 办事大厅 服务大厅 中心 中心名称 服务中心
        经办机构 办理机构 受理机构 机构名称
        centre|center|center id|centre name|branch|branch id|branch name|office|office name|site|location
        |urząd|placówka|oddział|biuro""",
    "service_code": """事项 事项名称 事项编码 办理事项 服务事项 业务 业务类型
        业务名称 业务种类 业务编码 队列 队列名称
        service|service name|service type|queue|queue name|transaction type|business type|item
        |usługa|sprawa|rodzaj sprawy|nazwa usługi|kolejka""",
    "service_day": """预约日期 预约时间 办理日期 业务日期 服务日期 日期
        service date|appointment date|visit date|business date|date|day|data|data wizyty|dzień""",
    "applicant_id": """证件号 证件号码 身份证 身份证号 身份证号码 公民身份号码 申请人证件号
        预约人证件号 参保人证件号 社保卡号 社会保障号
        applicant|citizen id|customer id|client id|national id|id number|id card|person id
        |pesel|id klienta|numer dowodu""",
    "applicant_birth_year": "出生年份 出生年 birth year|year of birth|rok urodzenia",
    "phone": """手机 手机号 手机号码 电话 联系电话 电话号码 联系方式 预约手机号
        phone number|mobile|mobile number|mobile phone|cell phone|contact number|telephone|tel
        |telefon|numer telefonu""",
    "device_id": "设备号 设备编号 设备标识 设备ID 终端号 device|device number|terminal id|urządzenie",
    "ip": "IP地址 预约IP 来源IP ip address|client ip|adres ip",
    "agent_id": """代办机构 代理机构 代办人 代理人 中介 中介机构 代办单位 经纪人 代办机构编号
        declared agent|agency|agency id|intermediary|representative|pełnomocnik|pośrednik""",
    "channel": """渠道 预约渠道 预约方式 预约来源 来源 来源渠道 取号方式 办理渠道
        booking channel|source|booked via|booking method|kanał|sposób rezerwacji""",
    "created_by": """录入人 录入人员 录入员 操作员 操作人 登记人 代录人 创建人
        entered by|booked by|registered by|created by user|utworzył""",
    "created_at": """创建时间 预约时间 提交时间 下单时间 建单时间 预约提交时间 预约创建时间 预约登记时间
        登记时间 申请时间 预约操作时间
        created|created time|creation date|creation time|booked at|booked on|booking time|booking date|submitted at
        |data utworzenia|utworzono|data rezerwacji""",
    "cancelled_at": "取消时间 撤销时间 退号时间 canceled at|cancelled|cancellation time|cancel time|data anulowania",
    "slot_id": "号源 号源编号 号源ID 号源号 时段编号 slot|slot number|id terminu",
    "slot_start": """预约时间 预约时段 预约到号时间 预约开始时间 时段 时段开始
        appointment time|appointment start|scheduled at|scheduled time|scheduled start|slot time|planned start
        |godzina wizyty|termin|termin wizyty""",
    "ticket_no": """票号 排队号 排队号码 取号号码 号码 小票号 叫号号码 叫号
        ticket|ticket id|ticket number|token|token number|queue number|numer biletu|bilet|numerek""",
    "checked_in_at": """取号时间 签到时间 签到 到场签到 报到时间 到达时间 到厅时间 进厅时间 排队时间 入队时间 取票时间
        arrived at|arrival|arrival time|check in|check in time|checkin time|checkin at|ticket time|issued at|issue time
        |godzina pobrania biletu|godzina przyjścia|czas pobrania""",
    "missed_at": "过号时间 首次过号时间 missed|missed time|no show time|pominięto",
    "called_at": """叫号时间 叫号 呼叫时间 办理叫号时间 called|call time|called time|time called
        |godzina wezwania|wezwano|czas wywołania""",
    "served_from": """开始办理 开始办理时间 办理开始时间 开始受理时间 受理时间 受理开始时间 开始服务时间 服务开始时间
        开始时间
        service start|service start time|start time|started at|service began|serving started
        |początek obsługi|rozpoczęcie obsługi""",
    "served_to": """办结时间 办理结束 办理结束时间 结束办理时间 服务结束时间 结束时间 完成时间 办理完成时间
        service end|service end time|end time|ended at|finish time|finished at|completed at
        |koniec obsługi|zakończenie obsługi""",
    "window_id": """窗口 窗口号 窗口编号 窗口名称 办理窗口 受理窗口 柜台 柜台号
        window|window number|counter|counter number|desk|desk number|booth|okienko|stanowisko""",
    "clerk_id": """工作人员 经办人 经办人员 办事员 办理人员 办理人 受理人 受理人员 柜员 柜员号 工号 窗口人员 服务人员
        clerk|clerk name|served by|operator|operator id|teller|officer|employee|employee id|staff id|server
        |pracownik|urzędnik|id pracownika""",
    "priority_class": """优先类别 优先类型 优先级 优先 优先标识 特殊人群 人群类别 优先对象
        priority|priority type|customer category|priority group|priorytet""",
    "status": """状态 预约状态 办理状态 业务状态 办件状态 结果 办理结果
        state|booking status|appointment status|ticket status|outcome|result|stan|status wizyty""",
    # quotas
    "released_slots": """放号数 放号量 放号数量 号源数 号源数量 号源总数 发放号数
        slots|released|quota|capacity|liczba miejsc""",
    "released_at": "放号时间 号源发布时间 发布时间 release time|published at|data publikacji",
    # shifts
    "opens_at": "开窗时间 上班时间 上岗时间 班次开始 开始时间 opens|opening time|shift start|start time|od|otwarcie",
    "closes_at": "关窗时间 下班时间 离岗时间 班次结束 结束时间 closes|closing time|shift end|end time|do|zamknięcie",
    "services": "可办事项 受理事项 办理事项 事项 services offered|skills|service|usługi",
    # refusals
    "attempted_at": """尝试时间 抢号时间 约号时间 预约失败时间 请求时间
        attempt time|attempted|tried at|requested at|czas próby""",
    # complaints
    "complaint_id": "投诉编号 投诉单号 工单号 工单编号 complaint number|complaint|case id|numer skargi",
    "received_at": "投诉时间 受理时间 来电时间 收到时间 received|received on|date received|data wpływu",
    "category": "投诉类别 投诉类型 诉求类别 complaint type|complaint category|rodzaj skargi",
    "text": "投诉内容 内容 诉求内容 complaint text|description|message|treść",
    "replied_at": "回复时间 答复时间 办结时间 replied|reply time|answered at|data odpowiedzi",
    "outcome": "处理结果 办理结果 答复结果 result|resolution|wynik",
    # agents
    "kind": "机构类型 代办类型 代理类型 类型 agent type|agent kind|type|rodzaj",
    "registered_from": "登记日期 备案日期 生效日期 有效期起 registration date|registered|valid from|data rejestracji",
    "registered_to": "失效日期 有效期止 注销日期 valid to|valid until|expiry date|ważne do",
    "name": "机构名称 单位名称 代办机构名称 agency name|agent name|company|nazwa",
    # labels
    "verdict": "核查结论 认定结果 结论 判定 finding|decision|label|ocena",
    "decided_at": "核查时间 认定时间 结论时间 decision time|decided on|decision date|data decyzji",
    "decided_by": "核查人 认定人 核查人员 inspector|reviewer|decided by user|inspektor",
    "reason": "理由 原因 核查说明 认定理由 grounds|comment|uzasadnienie",
    "selection_probability": "抽中概率 抽样概率 selection prob|sampling probability",
}

#: headers that name a person or a trait which is no feature here; recognised so that they are left out knowingly
PERSONAL = """姓名 申请人姓名 预约人姓名 客户姓名 性别 民族 国籍 户籍 住址 地址 家庭住址 出生日期
    customer name|client name|full name|surname|first name|last name|sex|gender|nationality|address|date of birth
    |imię|nazwisko|imię i nazwisko|płeć|obywatelstwo|adres"""

#: contract column -> contract's word -> vendors' words; "" is null, so that ordinary people carry no class
WORDS: dict[str, dict[str, str]] = {
    "status": {
        "served": """已办结 已完成 办结 完成 已办理 办理完成 已服务 办理成功 已评价
            served|completed|complete|finished|done|closed|zakończona|zakończono|obsłużony|obsłużona|obsłużono""",
        "cancelled": "已取消 取消 取消了 已撤销 已退号 用户取消 cancelled|canceled|anulowana|anulowano|odwołana",
        "no_show": """爽约 未到 没来 没到 未到场 未取号 违约 已爽约 逾期未到
            no show|did not attend|dna|not arrived|missed|niestawienie|nieobecny|nie przyszedł""",
        "abandoned": """过号未办 弃号 已弃号 过号 已过号 离开 放弃
            abandoned|left|walked out|gave up|hang|zrezygnował|rezygnacja""",
        "booked": """已预约 待办 待办理 预约成功 待签到 待叫号 排队中 办理中 已签到 已取号
            booked|scheduled|confirmed|pending|waiting|open|in progress|zarezerwowana|zaplanowana|oczekuje""",
    },
    "channel": {
        "online": """网上 网上预约 网站 微信 微信公众号 公众号 小程序 微信小程序 支付宝 手机APP 手机 互联网 网厅 线上
            online|app|web|website|mobile|mobile app|internet|wechat""",
        "phone": "电话 电话预约 热线 12345热线 phone|call|telephone|hotline|telefon|telefonicznie",
        "onsite": """现场 现场取号 现场预约 取号机 自助取号机 自助机 自助终端 大厅取号
            onsite|kiosk|walk in|machine|na miejscu|biletomat""",
        "staff": """窗口代录 代录 前台代办 前台 人工 工作人员 窗口 窗口录入 后台录入 人工录入 工作人员代录
            staff|clerk|manual|counter|back office|pracownik""",
    },
    "priority_class": {
        "": "普通 普通号 普通人群 一般 无 否 正常 none|no|normal|regular|ordinary|standard|brak|nie|zwykły",
        "elderly": "老年人 老人 高龄 老年 老年人优先 elderly|senior|old age|senior citizen",
        "disabled": "残疾 残疾人 残障 残疾人优先 disabled|disability|wheelchair|niepełnosprawny",
        "pregnant": "孕妇 孕产妇 孕妇优先 pregnant|pregnancy|expectant mother|w ciąży|ciąża",
        "veteran": "军人 退役军人 现役军人 军人优先 烈属 优抚对象 veteran|military|soldier|kombatant",
        "returning": "复办 补件 补正 回办 补交材料 returning|return|resubmission",
        "recall": "重呼 复呼 过号重呼 recall|recalled|called again",
        "group": "团体 集体 单位集体 group|bulk",
    },
    "kind": {
        "employer": "用人单位 单位 企业 employer|company|pracodawca",
        "licensed_agency": "持证机构 持证代理 人力资源公司 代理机构 中介 licensed agency|agency|agencja",
        "relative": "亲属 家属 子女 配偶 relative|family|rodzina",
        "other": "其他 其它 other|inne",
    },
    "verdict": {
        "manipulated": "人为操纵 操纵 违规 违规插队 属实 manipulated|violation|confirmed|naruszenie",
        "lawful": "合规 正常 合法 不属实 lawful|legal|ok|cleared|bez zastrzeżeń",
        "unclear": "存疑 不明 无法认定 待核实 unclear|inconclusive|unknown|niejasne",
    },
}

_NOTE = re.compile(r"[(（\[【].*?[)）\]】]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def normal(spelling: str) -> str:
    """The form in which spellings are compared: letters and digits only, without case, notes and plural.

    >>> normal("Ticket_Numbers (required)") == normal("ticket number")
    True
    """
    text = unicodedata.normalize("NFKC", spelling)
    text = _NOTE.sub("", text) or text
    text = "".join(letter for letter in text.casefold() if letter.isalnum())
    return text[:-1] if len(text) > 3 and text.isascii() and text.endswith("s") and text[-2:] != "ss" else text


def spellings(listed: str) -> list[str]:
    """The single spellings of an entry: Chinese ones stand between spaces, others between bars.

    >>> spellings("票号 排队号 ticket number|token")
    ['票号', '排队号', 'ticket number', 'token']
    """
    found: list[str] = []
    for part in listed.split("|"):
        words = part.split()
        chinese = [word for word in words if _CHINESE.search(word)]
        rest = " ".join(word for word in words if not _CHINESE.search(word))
        found += [*chinese, *([rest] if rest else [])]
    return found


def by_normal_form(entries: dict[str, str]) -> dict[str, list[str]]:
    """Normal form -> the entries (in their order) that list it."""
    found: dict[str, list[str]] = {}
    for entry, listed in entries.items():
        for spelling in spellings(listed):
            names = found.setdefault(normal(spelling), [])
            if entry not in names:
                names.append(entry)
    return found


KNOWN_HEADERS = by_normal_form(HEADERS)
KNOWN_WORDS = {column: by_normal_form(words) for column, words in WORDS.items()}
KNOWN_PERSONAL = {normal(spelling) for spelling in spellings(PERSONAL)}
