//! Photos as evidence: those recorded, and those being added to a form.

use domain::finding::{PHOTO_LIMIT, Photo};
use domain::{Text, say};
use form::QuestionKind;
use leptos::prelude::*;

use super::browser::{self, ChosenPhoto, FileError};
use super::draft::Part;
use super::drawn::Drawn;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::i18n::{language, t, tr};
use crate::office::Site;

/// The beginning of a photo's hash, by which two people can tell that they speak of the same one.
pub fn checkpoint(hash: &str) -> AnyView {
    let (first, second) = (
        hash.get(..4).unwrap_or(hash),
        hash.get(4..8).unwrap_or_default(),
    );
    let label = t(Text::new("校验值", "Hash"));
    view! { <span title=format!("SHA-256 {hash}")>{label}" "<code>{format!("{first} {second}")}</code></span> }.into_any()
}

/// Recorded photos; those that have not arrived yet are still on the tablet.
pub fn photos(taken: &[Photo], here: &[String], site: &Site) -> AnyView {
    if taken.is_empty() {
        return ().into_any();
    }
    let photo = |(index, photo): (usize, &Photo)| {
        let hash = &photo.hash.0;
        let (number, at) = (index + 1, site.at(photo.taken_at));
        let taken_at = say!(site.language, "{at}拍摄", "Taken {at}");
        let picture = if here.contains(hash) {
            let address = format!("/photo/{hash}");
            let source = address.clone();
            let words = say!(
                site.language,
                "照片{number}，拍摄于{at}",
                "Photo {number}, taken {at}"
            );
            view! { <a href=address rel="external"><img src=source alt=words loading="lazy"/></a> }
                .into_any()
        } else {
            view! { <p>{t(Text::new("照片还在平板上，尚未送达", "Still on the tablet; not arrived yet"))}</p> }.into_any()
        };
        view! { <li><figure>{picture}<figcaption><span>{taken_at}</span>{checkpoint(hash)}</figcaption></figure></li> }
    };
    let list: Vec<_> = taken.iter().enumerate().map(photo).collect();
    view! { <ul class="photos">{list}</ul> }.into_any()
}

/// Photos of an answer, or what was drawn for one, of which only the hashes are known.
pub fn photos_named(hashes: &[String], here: &[String], drawn: Option<Drawn>) -> AnyView {
    let photo = |(index, hash): (usize, &String)| {
        let number = index + 1;
        let picture = if here.contains(hash) {
            let address = format!("/photo/{hash}");
            let source = address.clone();
            let words = match drawn {
                Some(drawn) => t(drawn.title()).to_owned(),
                None => say!(language(), "照片{number}", "Photo {number}"),
            };
            view! { <a href=address rel="external"><img src=source alt=words loading="lazy"/></a> }
                .into_any()
        } else {
            let title = t(drawn.map_or(Text::new("照片", "Photo"), Drawn::title));
            let words = say!(
                language(),
                "{title}还在平板上，尚未送达",
                "Still on the tablet; not arrived yet"
            );
            view! { <p>{words}</p> }.into_any()
        };
        view! { <li><figure>{picture}<figcaption>{checkpoint(hash)}</figcaption></figure></li> }
    };
    let list: Vec<_> = hashes.iter().enumerate().map(photo).collect();
    let kind = drawn.map(|_| "drawn");
    view! { <ul class="photos" data-kind=kind>{list}</ul> }.into_any()
}

/// Recordings or documents of an answer, which are played here or fetched.
pub fn files_named(hashes: &[String], here: &[String], kind: QuestionKind) -> AnyView {
    let file = |(index, hash): (usize, &String)| {
        let number = index + 1;
        let language = language();
        let words = match kind {
            QuestionKind::Audio => say!(language, "录音{number}", "Sound recording {number}"),
            QuestionKind::Video => say!(language, "录像{number}", "Video {number}"),
            _ => say!(language, "文件{number}", "File {number}"),
        };
        let address = format!("/photo/{hash}");
        let shown = if here.contains(hash) {
            match kind {
                QuestionKind::Audio => {
                    view! { <audio controls preload="metadata" src=address aria-label=words></audio> }
                        .into_any()
                }
                QuestionKind::Video => {
                    view! { <video controls preload="metadata" src=address aria-label=words></video> }
                        .into_any()
                }
                _ => view! {
                    <a class="file" href=address rel="external"><Icon name=IconName::FileText/>{words}</a>
                }
                .into_any(),
            }
        } else {
            let on_tablet = say!(
                language,
                "{words}还在平板上，尚未送达",
                "{words}: still on the tablet; not arrived yet"
            );
            view! { <p>{on_tablet}</p> }.into_any()
        };
        // Not every browser plays every kind.
        let fetch = here.contains(hash).then(|| {
            let address = format!("/photo/{hash}");
            view! { <a href=address download rel="external">{t(Text::new("下载", "Download"))}</a> }
        });
        view! { <li><figure>{shown}<figcaption>{checkpoint(hash)}{fetch}</figcaption></figure></li> }
    };
    let list: Vec<_> = hashes.iter().enumerate().map(file).collect();
    view! { <ul class="photos" data-kind="files">{list}</ul> }.into_any()
}

/// Photos chosen for a form. Each goes to the server as soon as it is chosen.
#[derive(Clone, Copy)]
pub struct PhotoInput {
    id: &'static str,
    chosen: RwSignal<Vec<ChosenPhoto>>,
}

impl PhotoInput {
    pub fn new(id: &'static str) -> PhotoInput {
        PhotoInput {
            id,
            chosen: RwSignal::new(Vec::new()),
        }
    }

    pub fn taken(self) -> Vec<Photo> {
        self.chosen
            .with_untracked(|chosen| chosen.iter().map(|chosen| chosen.photo.clone()).collect())
    }

    /// A fault when there is none.
    pub fn missing(self) -> Option<Fault> {
        self.chosen.with_untracked(Vec::is_empty).then(|| Fault {
            field: Some(self.id),
            text: t(Text::new(
                "请至少附一张现场照片",
                "Attach at least one photo taken on site",
            ))
            .to_owned(),
        })
    }

    pub fn view(self, sending: Sending) -> AnyView {
        let PhotoInput { id, chosen } = self;
        sending.control(id);
        sending.keep(id, Part::Photos(chosen));
        let site = StoredValue::new(Site::here());
        let add = move |event: leptos::ev::Event| {
            sending.set_busy(true);
            let time_zone = site.with_value(|site| site.jurisdiction.time_zone.clone());
            leptos::task::spawn_local_scoped(async move {
                let answer = browser::upload_photos(event, time_zone).await;
                sending.set_busy(false);
                match answer {
                    Ok(photos) => {
                        sending.clear();
                        chosen.try_update(|chosen| {
                            for photo in photos {
                                if chosen
                                    .iter()
                                    .all(|known| known.photo.hash != photo.photo.hash)
                                {
                                    chosen.push(photo);
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
                                "照片没有送达，请重试",
                                "The photo did not arrive; try again",
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
        let remove = move |hash: String| {
            chosen.update(|chosen| {
                chosen.retain(|known| {
                    let kept = known.photo.hash.0 != hash;
                    if !kept {
                        browser::forget_preview(&known.preview);
                    }
                    kept
                });
            });
        };
        let list = move || {
            let photo = |(index, known): (usize, ChosenPhoto)| {
                let number = index + 1;
                let hash = known.photo.hash.0;
                let words = say!(language(), "照片{number}", "Photo {number}");
                let removal = say!(language(), "移除照片{number}", "Remove photo {number}");
                let checkpoint = checkpoint(&hash);
                let at = site.with_value(|site| site.at(known.photo.taken_at));
                let taken = if known.dated {
                    say!(language(), "{at}拍摄", "Taken {at}")
                } else {
                    say!(
                        language(),
                        "未读到照片的拍摄时间，以文件时间{at}为准",
                        "No time of taking could be read; the file’s date counts: {at}"
                    )
                };
                // Of a draft from before the page was loaded anew there is no copy to show.
                let is_gone = RwSignal::new(false);
                let instead = words.clone();
                view! {
                    <li>
                        <figure>
                            <img src=known.preview alt=words hidden=move || is_gone.get() on:error=move |_| is_gone.set(true)/>
                            {move || is_gone.get().then(|| view! { <p>{instead.clone()}</p> })}
                            <figcaption><span class="said">{taken}</span>{checkpoint}</figcaption>
                        </figure>
                        <button class="button" data-kind="quiet" type="button" aria-label=removal on:click=move |_| remove(hash.clone())>
                            <Icon name=IconName::Trash/>
                        </button>
                    </li>
                }
            };
            chosen
                .get()
                .into_iter()
                .enumerate()
                .map(photo)
                .collect::<Vec<_>>()
        };
        let add_words = move || {
            if sending.is_busy() {
                t(Text::new("正在处理…", "Working…"))
            } else {
                t(Text::new("添加照片", "Add a photo"))
            }
        };
        let error_id = format!("{id}-error");
        let described = error_id.clone();
        let error = move || {
            let error_id = error_id.clone();
            sending.fault(id).map(|text| view! { <p class="error" id=error_id><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        let full = move || chosen.with(|chosen| chosen.len() >= PHOTO_LIMIT);
        view! {
            <fieldset class="ask">
                <legend>{t(Text::new("现场照片", "Photos taken on site"))}</legend>
                <p class="hint">{t(Text::new(
                    "JPEG、PNG 或 WebP；以前用过的照片不作数。",
                    "JPEG, PNG or WebP; a photo used before does not count.",
                ))}</p>
                {error}
                <ul class="photos">
                    {list}
                    <li>
                        <label class="add">
                            <input class="unseen" id=id type="file" accept="image/*" capture="environment" multiple
                                prop:disabled=full aria-describedby=described
                                aria-invalid=move || sending.fault(id).is_some().then_some("true") on:change=add/>
                            <Icon name=IconName::Camera/>{add_words}
                        </label>
                    </li>
                </ul>
            </fieldset>
        }
        .into_any()
    }
}
