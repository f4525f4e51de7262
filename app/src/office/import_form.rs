//! A file of things on its way in: chosen, looked at, and then taken in, all of it or none. What its report says its own page shows.

use domain::{Text, say};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::i18n::{language, t};
use crate::widgets::browser::{self, ChosenFile};
use crate::widgets::head::banner;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::table::{cell, column, figure, number, row, table};

/// What of a file its page says.
#[derive(Clone, Copy)]
pub struct ImportForm<R> {
    /// Where it is sent, such as `/api/import/bodies`.
    pub address: &'static str,
    /// What it must be like.
    pub hint: Text,
    /// Its headings, and rows as an example.
    pub example: &'static str,
    /// A file to fill in.
    pub template: &'static str,
    /// What stands for what the file was seen to bring about.
    pub digest: fn(&R) -> String,
    pub outcome: fn(&R, &Acts) -> AnyView,
    /// Whether a report is shown this once: then nothing takes its place before the page is left.
    pub shown_once: fn(&R) -> bool,
    /// What is asked beside the file: the question, and what is added to the address if it is answered by yes.
    pub asks: Option<(Text, &'static str)>,
}

/// What can be done about a report.
pub struct Acts {
    apply: Callback<()>,
    save: Callback<()>,
    sending: Sending,
}

impl Acts {
    /// Takes it in.
    pub fn apply(&self, label: String) -> AnyView {
        let (apply, sending) = (self.apply, self.sending);
        view! {
            <button class="button" data-kind="primary" type="button" data-test="apply"
                aria-busy=move || sending.is_busy().then_some("true") on:click=move |_| apply.run(())>
                <Icon name=IconName::CloudUpload/>{label}
            </button>
        }
        .into_any()
    }

    /// Keeps what becomes of every row as a file.
    pub fn save(&self) -> AnyView {
        let save = self.save;
        view! {
            <button class="button" type="button" data-test="report" on:click=move |_| save.run(())>
                <Icon name=IconName::Download/>{t(Text::new("全部结果（CSV）", "The whole report (CSV)"))}
            </button>
        }
        .into_any()
    }

    /// The rows that were refused: the first of them, how many more there are, and the way to them.
    pub fn refused(&self, refused: &[(u32, String)], in_all: u32) -> AnyView {
        let columns = [
            number(t(Text::new("行", "Row"))),
            column(t(Text::new("原因", "Why"))),
        ];
        let rows = refused
            .iter()
            .map(|(line, why)| row(vec![figure(line), cell(why.clone())]))
            .collect();
        let said = say!(
            language(),
            "有{in_all}处错误，一行也没有导入。",
            "Errors: {in_all}. Nothing was imported."
        );
        view! {
            {banner("error", said)}
            {shown(refused.len(), in_all)}
            <p>{self.save()}</p>
            {table(t(Text::new("导入结果", "Report of the import")), &columns, rows, "")}
        }
        .into_any()
    }
}

/// The ways to all that is registered, in the form that is read again.
pub fn register_links(register: &str) -> AnyView {
    let link = |kind: &str, name: &'static str| {
        let file = format!("register.{kind}");
        let address = format!("{register}.{kind}");
        view! { <a class="button" href=address rel="external" download=file><Icon name=IconName::Download/>{name}</a> }
    };
    view! { <p class="row">{link("xlsx", "XLSX")}{link("csv", "CSV")}</p> }.into_any()
}

/// Said where a table has the first rows of more.
pub fn shown(shown: usize, in_all: u32) -> AnyView {
    let more = usize::try_from(in_all)
        .unwrap_or(usize::MAX)
        .saturating_sub(shown);
    if more == 0 {
        return ().into_any();
    }
    let text = say!(
        language(),
        "以下为前{shown}行，另有{more}行未列出。",
        "These are the first {shown} rows; {more} more are not listed."
    );
    view! { <p data-test="more">{text}</p> }.into_any()
}

impl<R: Clone + DeserializeOwned + Send + Sync + 'static> ImportForm<R> {
    /// The file, what would become of each row, and then the act.
    pub fn view(self) -> AnyView {
        let file = RwSignal::new(None::<ChosenFile>);
        let report = RwSignal::new(None::<R>);
        let asked = RwSignal::new(false);
        let sending = Sending::new("import-errors");
        let address = move |asks: &[&str]| {
            let also = self.asks.filter(|_| asked.get_untracked());
            let asks = asks.iter().copied().chain(also.map(|(_, asks)| asks));
            let asks: Vec<&str> = asks.collect();
            format!("{}?{}", self.address, asks.join("&"))
        };
        let run = move |faults: Vec<Fault>, apply: bool| {
            let chosen = file.get_untracked().unwrap_or_default();
            let language = language();
            let seen = report.with_untracked(|report| report.as_ref().map(self.digest));
            let seen = seen.filter(|_| apply);
            let seen = seen.map(|digest| format!("apply=true&digest={digest}"));
            let address = address(&Vec::from_iter(seen.as_deref()));
            let work = move || -> Work {
                Box::pin(async move {
                    let answer = browser::send_import(&address, chosen.bytes, language).await?;
                    report.try_set(Some(answer));
                    Ok(())
                })
            };
            let shown = move || browser::focus_later("import-report");
            if apply {
                sending.run(faults, work, shown);
            } else {
                sending.read(faults, work, shown);
            }
        };
        let save = Callback::new(move |()| {
            let chosen = file.get_untracked().unwrap_or_default();
            let language = language();
            let address = address(&["report=true"]);
            let work = move || -> Work {
                Box::pin(async move {
                    browser::save_import_report(&address, chosen.bytes, language).await
                })
            };
            sending.read(Vec::new(), work, || ());
        });
        let choose = move |event: leptos::ev::Event| {
            sending.set_busy(true);
            report.set(None);
            leptos::task::spawn_local_scoped(async move {
                let read = browser::read_file(event).await;
                sending.set_busy(false);
                if let Ok(chosen) = read {
                    sending.clear();
                    file.try_set(chosen);
                } else {
                    let text = Text::new(
                        "文件无法读取，请重选",
                        "The file cannot be read; choose it again",
                    );
                    sending.refuse(vec![Fault {
                        field: Some("csv"),
                        text: t(text).to_owned(),
                    }]);
                }
            });
        };
        let look = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let mut faults = Vec::new();
            if file.with_untracked(Option::is_none) {
                let text = t(Text::new(
                    "请选择一个 CSV 或 XLSX 文件",
                    "Choose a CSV or XLSX file",
                ));
                faults.push(Fault {
                    field: Some("csv"),
                    text: text.to_owned(),
                });
            }
            run(faults, false);
        };
        let name = move || {
            file.get().map_or_else(
                || t(Text::new("尚未选择文件", "No file chosen yet")).to_owned(),
                |file| file.name,
            )
        };
        let error = move || {
            sending
                .fault("csv")
                .map(|text| view! { <p class="error" id="csv-error"><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        let also = self.asks.map(|(question, _)| {
            // What was looked at is not what is asked for any more.
            let change = move |_| {
                asked.update(|asked| *asked = !*asked);
                report.set(None);
            };
            view! {
                <label class="choice"><input type="checkbox" id="also" prop:checked=move || asked.get() on:change=change/>{t(question)}</label>
            }
        });
        let acts = Acts {
            apply: Callback::new(move |()| run(Vec::new(), true)),
            save,
            sending,
        };
        let example: Vec<_> = self
            .example
            .lines()
            .map(|line| view! { {line}<br/> })
            .collect();
        view! {
            <form class="stack" novalidate on:submit=look
                hidden=move || report.with(|report| report.as_ref().is_some_and(self.shown_once))>
                {sending.summary()}
                <div class="ask">
                    <label for="csv">{t(Text::new("CSV 或 XLSX 文件", "CSV or XLSX file"))}</label>
                    <p class="hint" id="csv-hint">{t(self.hint)}</p>
                    {error}
                    <div class="row">
                        <label class="button">
                            <input type="file" id="csv" accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                                aria-describedby="csv-hint csv-error"
                                aria-invalid=move || sending.fault("csv").is_some().then_some("true") on:change=choose/>
                            <Icon name=IconName::FileText/>{t(Text::new("选择文件", "Choose a file"))}
                        </label>
                        <span>{name}</span>
                    </div>
                </div>
                <p class="hash"><span>{t(Text::new("示例", "Example"))}</span><code>{example}</code></p>
                <p><a href=self.template rel="external" download="template.csv">{t(Text::new("下载模板", "A file to fill in"))}</a></p>
                {also}
                {sending.submit(IconName::SearchCheck, Text::new("检查文件", "Check the file"))}
            </form>
            <div id="import-report" class="stack" tabindex="-1" role="status">
                {move || report.get().map(|report| (self.outcome)(&report, &acts))}
            </div>
        }
        .into_any()
    }
}
