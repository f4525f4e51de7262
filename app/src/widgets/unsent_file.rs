//! A file of work that a tablet could not send, opened and taken in by whoever recorded it. Photos are read from it one by one.

use std::sync::Arc;

use domain::{Language, say};
use sync::unsent::{TakenIn, Unsent, UnsentFault};

#[cfg(not(all(feature = "browser", not(feature = "ssr"))))]
pub use elsewhere::{open, take_in};
#[cfg(all(feature = "browser", not(feature = "ssr")))]
pub use here::{open, part, take_in};

/// One that was opened.
#[derive(Clone)]
pub struct UnsentFile {
    pub unsent: Arc<Unsent>,
    /// Bytes before those of the photos.
    #[cfg(all(feature = "browser", not(feature = "ssr")))]
    end: u64,
    #[cfg(all(feature = "browser", not(feature = "ssr")))]
    file: web_sys::File,
}

#[cfg(all(feature = "browser", not(feature = "ssr")))]
impl UnsentFile {
    /// How many bytes come before those of the photos.
    pub fn end(&self) -> u64 {
        self.end
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub events: usize,
    pub photos: usize,
}

/// Why nothing more was taken in; what was before stays.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenError {
    Fault(UnsentFault),
    /// The browser does not give its bytes.
    Unreadable,
    /// In the words of the call that failed.
    Call(form::Texts),
}

impl OpenError {
    pub fn text(&self, language: Language) -> String {
        match self {
            OpenError::Fault(fault) => fault.text(language),
            OpenError::Unreadable => say!(
                language,
                "无法读取文件，请重新选择",
                "The file cannot be read; choose it again"
            ),
            OpenError::Call(words) => words.get(language.tag()).to_owned(),
        }
    }
}

#[cfg(not(all(feature = "browser", not(feature = "ssr"))))]
mod elsewhere {
    use std::future::{Ready, ready};

    use super::{OpenError, Progress, TakenIn, UnsentFile};
    use leptos::prelude::*;

    pub fn open(_event: leptos::ev::Event) -> Ready<Result<Option<UnsentFile>, OpenError>> {
        ready(Ok(None))
    }

    pub fn take_in(
        _file: UnsentFile,
        _progress: RwSignal<Progress>,
    ) -> Ready<Result<TakenIn, OpenError>> {
        ready(Ok(TakenIn::default()))
    }
}

#[cfg(all(feature = "browser", not(feature = "ssr")))]
mod here {
    use std::ops::Range;
    use std::sync::Arc;

    use super::{OpenError, Progress, TakenIn, Unsent, UnsentFault, UnsentFile};
    use crate::sync_runner::{CallError, push_events, send_photo};
    use crate::widgets::browser::take_file;
    use leptos::prelude::*;
    use sync::unsent::FIRST_LINE_LIMIT;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::File;

    impl From<CallError> for OpenError {
        fn from(error: CallError) -> OpenError {
            let [chinese, english] = domain::Language::ALL.map(|language| error.text(language));
            OpenError::Call(form::Texts::both(chinese, english))
        }
    }

    /// The file of an input; None where none was chosen.
    pub async fn open(event: leptos::ev::Event) -> Result<Option<UnsentFile>, OpenError> {
        let Some(file) = take_file(&event) else {
            return Ok(None);
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size in bytes"
        )]
        let size = file.size() as u64;
        let beginning = bytes_of(&file, 0..size.min(FIRST_LINE_LIMIT)).await?;
        let place = Unsent::events_in(&beginning).map_err(OpenError::Fault)?;
        let broken = || OpenError::Fault(UnsentFault::Broken);
        if place.end > size {
            return Err(broken());
        }
        let end = place.end;
        let events = bytes_of(&file, place).await?;
        let events = String::from_utf8(events).map_err(|_| broken())?;
        let unsent = Unsent::read(&events, end, size).map_err(OpenError::Fault)?;
        let unsent = Arc::new(unsent);
        Ok(Some(UnsentFile { unsent, end, file }))
    }

    /// Pushes its events, and sends its photos after them.
    pub async fn take_in(
        opened: UnsentFile,
        progress: RwSignal<Progress>,
    ) -> Result<TakenIn, OpenError> {
        let mut taken = TakenIn::default();
        for one in opened.unsent.pushes() {
            taken.count(&push_events(&one).await?.receipts);
            progress.update(|progress| progress.events += one.events.len());
        }
        for (hash, place) in opened.unsent.places(opened.end) {
            let bytes = part(&opened, place).await?;
            match send_photo(hash, &bytes).await {
                Ok(()) => taken.photos += 1,
                // The others are worth sending all the same.
                Err(CallError::Refused {
                    status: 413 | 415 | 422,
                    ..
                }) => taken.photos_refused += 1,
                Err(error) => return Err(error.into()),
            }
            progress.update(|progress| progress.photos += 1);
        }
        Ok(taken)
    }

    /// The bytes that lie at a place in a file.
    pub async fn part(opened: &UnsentFile, place: Range<u64>) -> Result<Vec<u8>, OpenError> {
        bytes_of(&opened.file, place).await
    }

    async fn bytes_of(file: &File, place: Range<u64>) -> Result<Vec<u8>, OpenError> {
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
        let part = file.slice_with_f64_and_f64(place.start as f64, place.end as f64);
        let part = part.map_err(|_| OpenError::Unreadable)?;
        let buffer = JsFuture::from(part.array_buffer()).await;
        let buffer = buffer.map_err(|_| OpenError::Unreadable)?;
        Ok(js_sys::Uint8Array::new(&buffer).to_vec())
    }
}
