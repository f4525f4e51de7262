//! The questions around the items: figures, dates and circumstances, with the logic that ties them together.

use domain::Text;
use form::{Bind, Calculation, Group, Node, Question, QuestionKind, Texts};

use super::{both, group};

/// The first section: how many people, and whether anybody is ill.
pub fn site() -> Node {
    group(
        "site",
        Text::new("现场情况", "On site"),
        vec![
            ask(
                QuestionKind::Note,
                "site_note",
                Text::new(
                    "本表根据公开指南改编，非官方文本。请先核对人数，再逐项检查；未检查的项目选“未检查”，不要选“不符合”。",
                    "Adapted from public guidance, not an official text. Check the numbers first, then item by item; what you \
                     did not look at is “not assessed”, never “not met”.",
                ),
            )
            .into(),
            ask(QuestionKind::Date, "visited_on", Text::new("检查日期", "Day of the visit"))
                .required(Text::new("请填写检查日期", "Enter the day of the visit"))
                .constraint(". <= today()", Text::new("检查日期不能晚于今天", "The day of the visit must not be after today"))
                .into(),
            ask(QuestionKind::Integer, "capacity", Text::new("核定床位数", "Licensed beds"))
                .required(Text::new("请填写核定床位数", "Enter the number of licensed beds"))
                .constraint(
                    ". >= 1 and . <= 100000",
                    Text::new("床位数应在1至100000之间", "The number of beds must be from 1 to 100000"),
                )
                .into(),
            ask(QuestionKind::Integer, "residents_on_site", Text::new("在院被服务对象人数", "Residents on site"))
                .required(Text::new("请填写在院人数", "Enter the number of residents on site"))
                .constraint(
                    ". >= 0 and . <= 100000",
                    Text::new("在院人数应在0至100000之间", "The number of residents must be from 0 to 100000"),
                )
                .into(),
            // What an inspector finds can be entered, also where it must not be.
            ask(
                QuestionKind::Note,
                "over_capacity",
                Text::new(
                    "在院人数超过核定床位数。请核实；属实的，在“检查表以外的问题”中登记。",
                    "There are more residents than licensed beds. Count again; if it is so, note it under “Outside the checklist”.",
                ),
            )
            .relevant("${residents_on_site} > ${capacity}")
            .into(),
            ask(QuestionKind::Integer, "staff_employed", Text::new("员工总数", "Staff employed"))
                .required(Text::new("请填写员工总数", "Enter the number of staff employed"))
                .constraint(
                    ". >= 0 and . <= 100000",
                    Text::new("员工总数应在0至100000之间", "The number of staff must be from 0 to 100000"),
                )
                .into(),
            ask(QuestionKind::Integer, "staff_on_site", Text::new("在院员工人数", "Staff on site"))
                .constraint(
                    ". >= 0 and (${staff_employed} = '' or . <= ${staff_employed})",
                    Text::new("在院员工人数不能为负数，也不能超过员工总数", "It must not be negative, nor more than the staff employed"),
                )
                .into(),
            calculated(
                "occupancy_rate",
                Text::new("入住率（%）", "Occupancy (%)"),
                "if(${capacity} > 0 and ${residents_on_site} >= 0, round(${residents_on_site} div ${capacity} * 100, 1), '')",
            ),
            ask(
                QuestionKind::SelectOne,
                "symptoms_present",
                Text::new("现场是否有发热等症状人员", "Is anybody on site with fever or other symptoms?"),
            )
            .choices("yes_no")
            .required(Text::new("请回答是否有症状人员", "Say whether anybody has symptoms"))
            .into(),
            symptoms(),
        ],
    )
}

/// Asked only where somebody has symptoms.
fn symptoms() -> Node {
    Node::Group(Group {
        name: "symptoms".to_owned(),
        label: both(Text::new("症状人员", "People with symptoms")),
        relevant: Some("${symptoms_present} = 'yes'".to_owned()),
        children: vec![
            ask(QuestionKind::Integer, "symptomatic_people", Text::new("症状人员数", "How many people have symptoms?"))
                .required(Text::new("请填写症状人员数", "Enter how many people have symptoms"))
                .constraint(
                    ". >= 1 and (${residents_on_site} = '' or ${staff_employed} = '' or . <= ${residents_on_site} + ${staff_employed})",
                    Text::new("至少1人，且不能超过在院人数与员工总数之和", "At least 1, and no more than residents and staff together"),
                )
                .into(),
            ask(QuestionKind::Date, "symptoms_since", Text::new("最早出现症状的日期", "Day of the first symptoms"))
                .constraint(
                    ". <= today() and (${visited_on} = '' or . <= ${visited_on})",
                    Text::new("不能晚于检查日期", "It must not be after the day of the visit"),
                )
                .into(),
            ask(QuestionKind::SelectMultiple, "symptom_measures", Text::new("已采取的措施", "Measures taken"))
                .choices("measures")
                .required(Text::new("请选择已采取的措施", "Choose the measures taken"))
                .constraint(
                    "not(selected(., 'none')) or count-selected(.) = 1",
                    Text::new("“均未采取”不能与其他措施同时选择", "“None of these” cannot be combined with a measure"),
                )
                .into(),
            ask(QuestionKind::Text, "symptom_account", Text::new("情况说明", "Account"))
                .required_if(
                    "selected(${symptom_measures}, 'none')",
                    Text::new("请说明为何未采取措施", "Say why no measure was taken"),
                )
                .multiline()
                .into(),
        ],
    })
}

/// What is asked before the items of a section: what decides whether an item applies.
pub fn before(section: &str) -> Vec<Node> {
    match section {
        "h" => vec![
            ask(
                QuestionKind::SelectOne,
                "isolation_in_use",
                Text::new(
                    "隔离区目前是否有人",
                    "Is anybody in the isolation area now?",
                ),
            )
            .choices("yes_no")
            .into(),
            ask(
                QuestionKind::Integer,
                "isolated_people",
                Text::new("隔离人数", "People in isolation"),
            )
            .relevant("${isolation_in_use} = 'yes'")
            .required(Text::new(
                "请填写隔离人数",
                "Enter how many people are in isolation",
            ))
            .constraint(". >= 1", Text::new("至少1人", "At least 1"))
            .into(),
        ],
        _ => Vec::new(),
    }
}

/// What is measured or counted after the items of a section.
pub fn after(section: &str) -> Vec<Node> {
    match section {
        "b" => entry(),
        "e" => vaccination(),
        "f" => disinfection(),
        "j" => stock(),
        _ => Vec::new(),
    }
}

fn entry() -> Vec<Node> {
    vec![
        ask(
            QuestionKind::Decimal,
            "gate_temperature",
            Text::new(
                "门岗测温仪实测体温（℃）",
                "Temperature the gate's thermometer shows (°C)",
            ),
        )
        .hint(Text::new(
            "请门岗为检查人员测温一次。",
            "Have the gate take an inspector's temperature.",
        ))
        .constraint(
            ". >= 30 and . <= 45",
            Text::new(
                "体温应在30至45℃之间，请重测",
                "A temperature lies between 30 and 45 °C; measure again",
            ),
        )
        .into(),
        ask(
            QuestionKind::Photo,
            "gate_photo",
            Text::new("出入口照片", "Photo of the entrance"),
        )
        .into(),
        calculated(
            "closed_management_rate",
            Text::new(
                "封闭管理四项落实率（%，B1至B4）",
                "Closed management carried out (%, B1 to B4)",
            ),
            &share_passed(&["b1", "b2", "b3", "b4"]),
        ),
    ]
}

/// Passed of those assessed, in percent; blank while none is.
fn share_passed(items: &[&str]) -> String {
    let passed: Vec<String> = items
        .iter()
        .map(|item| format!("(${{{item}}} = 'pass')"))
        .collect();
    let assessed: Vec<String> = items
        .iter()
        .map(|item| format!("(${{{item}}} = 'pass' or ${{{item}}} = 'fail')"))
        .collect();
    let (passed, assessed) = (passed.join(" + "), assessed.join(" + "));
    format!("if({assessed} > 0, round(({passed}) div ({assessed}) * 100, 1), '')")
}

fn vaccination() -> Vec<Node> {
    vec![
        ask(
            QuestionKind::Date,
            "last_tested_on",
            Text::new("最近一次全员检测日期", "Day everybody was last tested"),
        )
        .constraint(
            ". <= today()",
            Text::new("不能晚于今天", "It must not be after today"),
        )
        .into(),
        ask(
            QuestionKind::Integer,
            "residents_vaccinated",
            Text::new("已接种的在院被服务对象人数", "Residents on site vaccinated"),
        )
        .constraint(
            ". >= 0 and (${residents_on_site} = '' or . <= ${residents_on_site})",
            Text::new(
                "不能为负数，也不能超过在院人数",
                "It must not be negative, nor more than the residents on site",
            ),
        )
        .into(),
        ask(
            QuestionKind::Integer,
            "staff_vaccinated",
            Text::new("已接种的员工人数", "Staff vaccinated"),
        )
        .constraint(
            ". >= 0 and (${staff_employed} = '' or . <= ${staff_employed})",
            Text::new(
                "不能为负数，也不能超过员工总数",
                "It must not be negative, nor more than the staff employed",
            ),
        )
        .into(),
        calculated(
            "resident_vaccination_rate",
            Text::new("被服务对象接种率（%）", "Residents vaccinated (%)"),
            "if(${residents_on_site} > 0 and ${residents_vaccinated} >= 0, round(${residents_vaccinated} div ${residents_on_site} * 100, 1), '')",
        ),
        calculated(
            "staff_vaccination_rate",
            Text::new("员工接种率（%）", "Staff vaccinated (%)"),
            "if(${staff_employed} > 0 and ${staff_vaccinated} >= 0, round(${staff_vaccinated} div ${staff_employed} * 100, 1), '')",
        ),
        ask(
            QuestionKind::SelectMultiple,
            "unvaccinated_reasons",
            Text::new("未接种原因", "Reasons for not being vaccinated"),
        )
        .choices("reasons")
        .relevant("${resident_vaccination_rate} < 100 or ${staff_vaccination_rate} < 100")
        .into(),
    ]
}

fn disinfection() -> Vec<Node> {
    vec![
        ask(
            QuestionKind::SelectMultiple,
            "disinfectants",
            Text::new("现场使用的消毒方式", "Disinfectants in use"),
        )
        .choices("disinfectants")
        .into(),
        ask(
            QuestionKind::Decimal,
            "chlorine_mg_per_l",
            Text::new(
                "有效氯浓度（mg/L，试纸读数）",
                "Available chlorine (mg/L, by test strip)",
            ),
        )
        .relevant("selected(${disinfectants}, 'chlorine')")
        .constraint(
            ". >= 0 and . <= 10000",
            Text::new("应在0至10000之间", "It must be from 0 to 10000"),
        )
        .into(),
    ]
}

fn stock() -> Vec<Node> {
    let days = |name, label| {
        ask(QuestionKind::Decimal, name, label)
            .constraint(
                ". >= 0 and . <= 3650",
                Text::new("应在0至3650天之间", "It must be from 0 to 3650 days"),
            )
            .into()
    };
    vec![
        days(
            "supplies_days",
            Text::new("防护物资可用天数", "Days the protective supplies last"),
        ),
        days(
            "food_days",
            Text::new("食品可用天数", "Days the food lasts"),
        ),
        days(
            "medicine_days",
            Text::new("药品可用天数", "Days the medicine lasts"),
        ),
        calculated(
            "shortest_days",
            Text::new("最短可用天数", "Days until the first of them runs out"),
            "if(${supplies_days} >= 0 and ${food_days} >= 0 and ${medicine_days} >= 0, min(${supplies_days}, ${food_days}, ${medicine_days}), '')",
        ),
    ]
}

/// The last section: what was left behind.
pub fn closing() -> Node {
    group(
        "closing",
        Text::new("帮扶与意见", "Help and remarks"),
        vec![
            ask(
                QuestionKind::SelectMultiple,
                "help_given",
                Text::new("现场提供的帮助", "Help given on site"),
            )
            .choices("help")
            .into(),
            ask(
                QuestionKind::Text,
                "help_account",
                Text::new("帮助的具体内容", "What the help was"),
            )
            .relevant("count-selected(${help_given}) > 0")
            .multiline()
            .into(),
            ask(
                QuestionKind::Text,
                "remarks",
                Text::new("综合意见", "Remarks"),
            )
            .constraint(
                "string-length(.) <= 2000",
                Text::new("不能超过2000字", "Use 2000 characters or fewer"),
            )
            .multiline()
            .into(),
        ],
    )
}

/// A question under construction.
struct Ask(Question);

fn ask(kind: QuestionKind, name: &str, label: Text) -> Ask {
    Ask(Question {
        name: name.to_owned(),
        kind,
        label: both(label),
        ..Question::default()
    })
}

impl Ask {
    fn bind(mut self, change: impl FnOnce(&mut Bind)) -> Ask {
        change(&mut self.0.bind);
        self
    }

    fn required(self, message: Text) -> Ask {
        self.required_if("true()", message)
    }

    fn required_if(self, expression: &str, message: Text) -> Ask {
        self.bind(|bind| {
            bind.required = Some(expression.to_owned());
            bind.required_message = both(message);
        })
    }

    fn constraint(self, expression: &str, message: Text) -> Ask {
        self.bind(|bind| {
            bind.constraint = Some(expression.to_owned());
            bind.constraint_message = both(message);
        })
    }

    fn relevant(self, expression: &str) -> Ask {
        self.bind(|bind| bind.relevant = Some(expression.to_owned()))
    }

    fn choices(mut self, list: &str) -> Ask {
        self.0.choices = Some(list.to_owned());
        self
    }

    fn hint(mut self, hint: Text) -> Ask {
        self.0.hint = both(hint);
        self
    }

    fn multiline(mut self) -> Ask {
        "multiline".clone_into(&mut self.0.appearance);
        self
    }
}

impl From<Ask> for Node {
    fn from(ask: Ask) -> Node {
        Node::Question(ask.0)
    }
}

fn calculated(name: &str, label: Text, expression: &str) -> Node {
    let label: Texts = both(label);
    Node::Calculation(Calculation {
        name: name.to_owned(),
        label,
        calculate: expression.to_owned(),
        relevant: None,
    })
}
