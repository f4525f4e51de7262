//! Files that go with a matter: those recorded, and those being added to a form.

use domain::attachment::{Attachment, FILE_LIMIT};
use domain::record::Hash;
use domain::{Text, say};
use leptos::prelude::*;

use super::browser::{self, FileError};
use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::i18n::{language, t, tr};

/// 12 KB, or 3.4 MB.
pub fn size(bytes: u64) -> String {
    const MEGABYTE: u64 = 1024 * 1024;
    if bytes < 1024 {
        format!("{bytes} B")
    } else if bytes < MEGABYTE {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        let tenths = (bytes * 10).div_ceil(MEGABYTE);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// Recorded files, each of which can be saved.
pub fn attachments(files: &[Attachment]) -> AnyView {
    if files.is_empty() {
        return ().into_any();
    }
    let file = |file: &Attachment| {
        let (address, kind) = (format!("/file/{}", file.hash), t(file.kind.title()));
        view! {
            <li>
                <Icon name=IconName::FileText/>
                <span><a href=address rel="external" download=file.name.clone()>{file.name.clone()}</a>
                <small>{kind}" · "{size(file.bytes)}</small></span>
            </li>
        }
    };
    let list: Vec<_> = files.iter().map(file).collect();
    view! { <ul class="files">{list}</ul> }.into_any()
}

/// Files chosen for a form. Each goes to the server as soon as it is chosen.
#[derive(Clone, Copy)]
pub struct FileInput {
    id: &'static str,
    label: Text,
    pub chosen: RwSignal<Vec<Attachment>>,
}

impl FileInput {
    pub fn new(id: &'static str, label: Text) -> FileInput {
        FileInput {
            id,
            label,
            chosen: RwSignal::new(Vec::new()),
        }
    }

    pub fn taken(self) -> Vec<Attachment> {
        self.chosen.get_untracked()
    }

    pub fn view(self, sending: Sending, optional: bool) -> AnyView {
        let FileInput { id, label, chosen } = self;
        sending.control(id);
        sending.keep(id, Part::Files(chosen));
        let add = move |event: leptos::ev::Event| {
            sending.set_busy(true);
            leptos::task::spawn_local_scoped(async move {
                let answer = browser::upload_files(event).await;
                sending.set_busy(false);
                match answer {
                    Ok(files) => {
                        sending.clear();
                        chosen.try_update(|chosen| {
                            for file in files {
                                if chosen.iter().all(|known| known.hash != file.hash) {
                                    chosen.push(file);
                                }
                            }
                        });
                    }
                    Err(error) => {
                        let text = match error {
                            FileError::Refused(message) => tr(&message),
                            FileError::Unreadable => {
                                t(Text::new("这个文件无法读取", "This file cannot be read"))
                                    .to_owned()
                            }
                            FileError::NotSent => t(Text::new(
                                "附件没有送达，请重试",
                                "The file did not arrive; try again",
                            ))
                            .to_owned(),
                        };
                        sending.refuse(vec![Fault {
                            field: Some(id),
                            text,
                        }]);
                    }
                }
            });
        };
        let remove = move |hash: Hash| {
            chosen.update(|chosen| chosen.retain(|known| known.hash != hash));
            browser::focus(id);
        };
        let list = move || {
            let file = |file: Attachment| {
                let (hash, name) = (file.hash, file.name);
                let removal = say!(language(), "移除附件：{name}", "Remove the file: {name}");
                view! {
                    <li>
                        <Icon name=IconName::FileText/>
                        <span>{name}<small>{t(file.kind.title())}" · "{size(file.bytes)}</small></span>
                        <button class="button" data-kind="quiet" type="button" aria-label=removal on:click=move |_| remove(hash)>
                            <Icon name=IconName::Trash/>
                        </button>
                    </li>
                }
            };
            chosen.get().into_iter().map(file).collect::<Vec<_>>()
        };
        let words = move || {
            if sending.is_busy() {
                t(Text::new("正在处理…", "Working…"))
            } else {
                t(Text::new("添加文件", "Add files"))
            }
        };
        let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
        let described = format!("{hint_id} {error_id}");
        let error = move || {
            let error_id = error_id.clone();
            sending.fault(id).map(|text| view! { <p class="error" id=error_id><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        let full = move || chosen.with(|chosen| chosen.len() >= FILE_LIMIT);
        let mark = optional
            .then(|| view! { " "<span class="optional">{t(Text::new("选填", "optional"))}</span> });
        view! {
            <div class="ask">
                <label for=id>{t(label)}{mark}</label>
                <p class="hint" id=hint_id>{t(Text::new(
                    "PDF、Word（docx）、Excel（xlsx）、图片或 UTF-8 文本，单个不超过 20 MB，最多 20 个。",
                    "PDF, Word (docx), Excel (xlsx), pictures or UTF-8 text; 20 MB each, 20 at most.",
                ))}</p>
                {error}
                <ul class="files">{list}</ul>
                <div class="row"><label class="button">
                    <input type="file" id=id multiple accept=".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.webp,.txt,.csv"
                        prop:disabled=full aria-describedby=described
                        aria-invalid=move || sending.fault(id).is_some().then_some("true") on:change=add/>
                    <Icon name=IconName::CloudUpload/>{words}
                </label></div>
            </div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_never_rounded_to_nothing() {
        for (bytes, text) in [
            (12, "12 B"),
            (1_024, "1 KB"),
            (1_025, "2 KB"),
            (3_500_000, "3.4 MB"),
            (20 * 1024 * 1024, "20.0 MB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
