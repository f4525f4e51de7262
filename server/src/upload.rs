//! Photos that arrive in parts: what has arrived of each lies in a file of its own until the photo is whole.
//!
//! ```text
//! uploads/PERSON/SHA256    the photo's first bytes
//! ```
//!
//! The length of the file says how far the photo got, after a restart of the server too. Nobody goes on with another person's: with
//! bytes that are not the photo's, one could keep another from ever sending it. A part is written as it comes, and what came of one
//! that broke off stays. A file is locked while a part is written to it, which other servers that share the folder respect.
//!
//! Opening, measuring and locking a file take microseconds and are done where they are asked for; its bytes are written and read aside.
//!
//! The files can be dropped at any time: their tablets send the photos from the beginning. They are in no copy that is restored from.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use domain::id::PersonId;
use domain::record::Hash;
use futures::{Stream, StreamExt as _};
use sync::upload::{Judgement, Part, Standing, judge};
use tokio::io::AsyncWriteExt as _;

use crate::photo::{PhotoStore, StorePhotoError};

/// Photos a person may have begun and not finished. A tablet sends one at a time; each that was lost may leave one behind.
pub const UNFINISHED_LIMIT: usize = 20;
/// How long an unfinished photo waits for its next part.
pub const UNFINISHED_FOR: Duration = Duration::from_hours(7 * 24);
/// A part of which nothing comes for so long has broken off, though the network has not said so.
const SILENCE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another call is writing to it.
    #[error("the photo is being sent by another call")]
    Locked,
    #[error("the person has {UNFINISHED_LIMIT} unfinished photos")]
    TooMany,
    /// The part does not begin where what is here ends.
    #[error("what is here ends at {offset}")]
    Elsewhere { offset: u64 },
    #[error("the photo is larger than is taken")]
    TooLarge,
    /// More came than the photo is said to have; all of it is dropped.
    #[error("more came than was announced")]
    TooLong,
    /// What came of the part is kept.
    #[error("the part broke off")]
    BrokeOff,
    /// It is whole, and not a photo, or not this one; all of it is dropped.
    #[error("{0}")]
    Photo(#[from] StorePhotoError),
    #[error("the upload folder failed: {0}")]
    Folder(#[from] io::Error),
}

pub struct Uploads {
    folder: PathBuf,
    silence: Duration,
}

impl Uploads {
    pub fn open(folder: PathBuf) -> Uploads {
        Uploads {
            folder,
            silence: SILENCE,
        }
    }

    fn path(&self, person: PersonId, photo: Hash) -> PathBuf {
        let folder = self.folder.join(person.to_string());
        folder.join(photo.to_string())
    }

    /// What there is of a person's photo.
    ///
    /// # Errors
    /// [`AppendError::Locked`] while a part is being written: where it ends is not known yet.
    pub async fn standing(
        &self,
        photos: &PhotoStore,
        person: PersonId,
        photo: Hash,
    ) -> Result<Standing, AppendError> {
        if let Some(length) = photos.length(photo).await.map_err(StorePhotoError::from)? {
            return Ok(Standing::Whole(length));
        }
        let file = match File::open(self.path(person, photo)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Part(0)),
            Err(error) => return Err(error.into()),
        };
        file.try_lock_shared().map_err(not_locked)?;
        Ok(Standing::Part(file.metadata()?.len()))
    }

    /// Appends a part as it comes. With its last byte the photo is looked at and kept; then it is [`Standing::Whole`].
    pub async fn append<Broken>(
        &self,
        photos: &PhotoStore,
        person: PersonId,
        photo: Hash,
        part: Part,
        bytes: impl Stream<Item = Result<Bytes, Broken>> + Unpin,
    ) -> Result<Standing, AppendError> {
        if let Some(length) = photos.length(photo).await.map_err(StorePhotoError::from)? {
            return Ok(Standing::Whole(length));
        }
        let path = self.path(person, photo);
        // A file that another has finished between these two lines is nobody's any more: what is written to it is kept nowhere, and
        // the next question tells how far the photo got.
        let file = self.open_part(&path)?;
        file.try_lock().map_err(not_locked)?;
        let has = file.metadata()?.len();
        let room = match judge(Standing::Part(has), part) {
            Judgement::Append { room } => room,
            Judgement::Known => return Ok(Standing::Part(has)),
            Judgement::Elsewhere { offset } => {
                if offset == 0 {
                    fs::remove_file(&path)?;
                }
                return Err(AppendError::Elsewhere { offset });
            }
            Judgement::Drop => {
                fs::remove_file(&path)?;
                return Err(AppendError::Elsewhere { offset: 0 });
            }
            Judgement::TooLarge => {
                fs::remove_file(&path)?;
                return Err(AppendError::TooLarge);
            }
        };
        let mut file = tokio::fs::File::from_std(file);
        let written = write(&mut file, room, bytes, self.silence).await;
        // What came is in the file before anything is said of it.
        file.flush().await?;
        match written {
            Ok(came) if came < room => Ok(Standing::Part(has + came)),
            Ok(_) => {
                let kept = photos.put_file(photo, file.into_std().await).await;
                if !matches!(kept, Err(StorePhotoError::Store(_))) {
                    fs::remove_file(&path)?;
                }
                match kept {
                    Ok(_) => Ok(Standing::Whole(part.length)),
                    // Which of its bytes are wrong nobody knows, nor whether they came so or spoiled here: from the beginning.
                    Err(StorePhotoError::HashDiffers { .. }) => {
                        Err(AppendError::Elsewhere { offset: 0 })
                    }
                    Err(error) => Err(AppendError::Photo(error)),
                }
            }
            Err(AppendError::TooLong) => {
                fs::remove_file(&path)?;
                Err(AppendError::TooLong)
            }
            Err(error) => Err(error),
        }
    }

    /// The file of a photo, made if the person may begin another.
    fn open_part(&self, path: &Path) -> Result<File, AppendError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return Ok(opened?),
        }
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        if fs::read_dir(folder)?.count() >= UNFINISHED_LIMIT {
            return Err(AppendError::TooMany);
        }
        Ok(options.create(true).open(path)?)
    }

    /// Drops what has waited for its next part since before a moment; returns how many photos that were.
    pub fn sweep(&self, before: SystemTime) -> io::Result<u32> {
        let mut swept = 0;
        for person in entries(&self.folder)? {
            let unfinished = entries(&person)?;
            for path in &unfinished {
                let file = match File::open(path) {
                    Ok(file) => file,
                    // It was finished just now.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                let is_old = file.metadata()?.modified()? < before;
                if is_old && file.try_lock().is_ok() {
                    fs::remove_file(path)?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}

/// Writes what comes, at most `room` bytes; returns how many came.
async fn write<Broken>(
    file: &mut tokio::fs::File,
    room: u64,
    mut bytes: impl Stream<Item = Result<Bytes, Broken>> + Unpin,
    silence: Duration,
) -> Result<u64, AppendError> {
    let mut came = 0;
    loop {
        let next = tokio::time::timeout(silence, bytes.next()).await;
        let Ok(Some(next)) = next else {
            return next.map_or(Err(AppendError::BrokeOff), |_| Ok(came));
        };
        let next = next.map_err(|_| AppendError::BrokeOff)?;
        came += next.len() as u64;
        if came > room {
            return Err(AppendError::TooLong);
        }
        file.write_all(&next).await?;
    }
}

fn not_locked(error: TryLockError) -> AppendError {
    match error {
        TryLockError::WouldBlock => AppendError::Locked,
        TryLockError::Error(error) => error.into(),
    }
}

/// What lies in a folder; nothing if it is not there.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use uuid::Uuid;

    const ANN: PersonId = PersonId(Uuid::from_u128(1));
    const BO: PersonId = PersonId(Uuid::from_u128(2));

    struct Place {
        folder: tempfile::TempDir,
        photos: PhotoStore,
        uploads: Uploads,
    }

    impl Place {
        fn new() -> Place {
            let folder = tempfile::tempdir().unwrap();
            let photos = folder.path().join("photos");
            fs::create_dir(&photos).unwrap();
            Place {
                photos: PhotoStore::open(&photos).unwrap(),
                uploads: Uploads::open(folder.path().join("uploads")),
                folder,
            }
        }

        /// Appends frames; one that is None breaks the transfer off.
        fn append<'place>(
            &'place self,
            person: PersonId,
            photo: Hash,
            (offset, length): (usize, usize),
            frames: &[Option<&[u8]>],
        ) -> impl Future<Output = Result<Standing, AppendError>> + use<'place> {
            let copied = frames
                .iter()
                .map(|frame| frame.map(Bytes::copy_from_slice).ok_or(()));
            let frames: Vec<_> = copied.collect();
            let part = Part {
                offset: offset as u64,
                length: length as u64,
            };
            let (uploads, photos) = (&self.uploads, &self.photos);
            async move {
                uploads
                    .append(photos, person, photo, part, stream::iter(frames))
                    .await
            }
        }

        async fn standing(&self, person: PersonId, photo: Hash) -> Standing {
            let standing = self.uploads.standing(&self.photos, person, photo).await;
            standing.unwrap()
        }

        fn unfinished(&self) -> usize {
            let people = entries(&self.folder.path().join("uploads")).unwrap();
            people
                .iter()
                .map(|person| entries(person).unwrap().len())
                .sum()
        }
    }

    /// A picture by its first bytes, and its name.
    fn picture(last: u8) -> (Vec<u8>, Hash) {
        let bytes = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[last; 996]].concat();
        let name = Hash::of(&bytes);
        (bytes, name)
    }

    #[tokio::test]
    async fn what_came_of_a_part_that_broke_off_stays_and_is_gone_on_with() {
        let place = Place::new();
        let (bytes, name) = picture(7);
        assert_eq!(place.standing(ANN, name).await, Standing::Part(0));
        let broken = place
            .append(
                ANN,
                name,
                (0, 1_000),
                &[Some(&bytes[..300]), Some(&bytes[300..450]), None],
            )
            .await;
        assert!(matches!(broken, Err(AppendError::BrokeOff)));
        assert_eq!(place.standing(ANN, name).await, Standing::Part(450));
        // Another person's photo of the same name is not gone on with, nor does it show.
        assert_eq!(place.standing(BO, name).await, Standing::Part(0));
        // A server started anew finds it.
        let uploads = Uploads::open(place.folder.path().join("uploads"));
        let place = Place { uploads, ..place };
        let part = place.append(ANN, name, (450, 1_000), &[Some(&bytes[450..999])]);
        assert_eq!(part.await.unwrap(), Standing::Part(999));
        assert!(place.photos.get(name).await.unwrap().is_none());
        let last = place.append(ANN, name, (999, 1_000), &[Some(&bytes[999..])]);
        assert_eq!(last.await.unwrap(), Standing::Whole(1_000));
        assert_eq!(place.photos.get(name).await.unwrap().unwrap(), bytes);
        assert_eq!(place.standing(BO, name).await, Standing::Whole(1_000));
        assert_eq!(place.unfinished(), 0);
        // And once more: known already.
        let again = place.append(ANN, name, (0, 1_000), &[Some(&bytes)]);
        assert_eq!(again.await.unwrap(), Standing::Whole(1_000));
    }

    /// Given a server that stopped between the last byte and the look at it, when nothing is left to send, then it is looked at.
    #[tokio::test]
    async fn a_photo_of_which_all_has_come_is_looked_at_when_an_empty_part_comes() {
        let place = Place::new();
        let (bytes, name) = picture(7);
        let path = place.uploads.path(ANN, name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &bytes).unwrap();
        assert_eq!(place.standing(ANN, name).await, Standing::Part(1_000));
        let empty = place.append(ANN, name, (1_000, 1_000), &[]);
        assert_eq!(empty.await.unwrap(), Standing::Whole(1_000));
    }

    #[tokio::test]
    async fn a_part_elsewhere_changes_nothing() {
        let place = Place::new();
        let (bytes, name) = picture(7);
        let elsewhere = place.append(ANN, name, (5, 1_000), &[Some(&bytes[5..])]);
        assert!(matches!(
            elsewhere.await,
            Err(AppendError::Elsewhere { offset: 0 })
        ));
        assert_eq!(place.unfinished(), 0);
        place
            .append(ANN, name, (0, 1_000), &[Some(&bytes[..10])])
            .await
            .unwrap();
        for offset in [0, 9, 11] {
            let elsewhere = place.append(ANN, name, (offset, 1_000), &[Some(&bytes[offset..])]);
            assert!(matches!(
                elsewhere.await,
                Err(AppendError::Elsewhere { offset: 10 })
            ));
        }
        assert_eq!(place.standing(ANN, name).await, Standing::Part(10));
    }

    #[tokio::test]
    async fn what_is_not_the_photo_is_dropped_whole() {
        let place = Place::new();
        let (bytes, name) = picture(7);
        let (other, _) = picture(8);
        let differs = place.append(ANN, name, (0, 1_000), &[Some(&other)]).await;
        assert!(
            matches!(differs, Err(AppendError::Elsewhere { offset: 0 })),
            "{differs:?}"
        );
        let script = b"<svg onload=alert(1)>";
        let no_photo = place
            .append(
                ANN,
                Hash::of(script),
                (0, script.len()),
                &[Some(&script[..])],
            )
            .await;
        assert!(matches!(
            no_photo,
            Err(AppendError::Photo(StorePhotoError::NotTaken(_)))
        ));
        let too_long = place.append(ANN, name, (0, 999), &[Some(&bytes)]).await;
        assert!(matches!(too_long, Err(AppendError::TooLong)));
        assert_eq!(place.unfinished(), 0);
        // What is longer than the photo is not its beginning.
        place
            .append(ANN, name, (0, 1_000), &[Some(&other[..900])])
            .await
            .unwrap();
        let dropped = place.append(ANN, name, (900, 800), &[]).await;
        assert!(matches!(dropped, Err(AppendError::Elsewhere { offset: 0 })));
        let whole = place.append(ANN, name, (0, 1_000), &[Some(&bytes)]);
        assert_eq!(whole.await.unwrap(), Standing::Whole(1_000));
    }

    #[tokio::test]
    async fn only_one_writes_at_a_time() {
        let place = Place::new();
        let (bytes, name) = picture(7);
        let (send, coming) = futures::channel::mpsc::unbounded::<Result<Bytes, ()>>();
        let part = Part {
            offset: 0,
            length: 1_000,
        };
        let first = place.uploads.append(&place.photos, ANN, name, part, coming);
        let second = async {
            send.unbounded_send(Ok(Bytes::copy_from_slice(&bytes[..500])))
                .unwrap();
            // The first is at work once its bytes are there.
            while fs::metadata(place.uploads.path(ANN, name)).map_or(0, |file| file.len()) == 0 {
                tokio::task::yield_now().await;
            }
            let second = place.append(ANN, name, (0, 1_000), &[Some(&bytes)]).await;
            assert!(matches!(second, Err(AppendError::Locked)), "{second:?}");
            let asked = place.uploads.standing(&place.photos, ANN, name).await;
            assert!(matches!(asked, Err(AppendError::Locked)), "{asked:?}");
            send.unbounded_send(Ok(Bytes::copy_from_slice(&bytes[500..])))
                .unwrap();
            drop(send);
        };
        let (first, ()) = tokio::join!(first, second);
        assert_eq!(first.unwrap(), Standing::Whole(1_000));
    }

    #[tokio::test]
    async fn a_part_that_falls_silent_has_broken_off() {
        let mut place = Place::new();
        place.uploads.silence = Duration::from_millis(20);
        let (bytes, name) = picture(7);
        let silent = stream::iter([Ok::<_, ()>(Bytes::copy_from_slice(&bytes[..100]))])
            .chain(stream::pending());
        let part = Part {
            offset: 0,
            length: 1_000,
        };
        let silent = place.uploads.append(&place.photos, ANN, name, part, silent);
        assert!(matches!(silent.await, Err(AppendError::BrokeOff)));
        assert_eq!(place.standing(ANN, name).await, Standing::Part(100));
    }

    #[tokio::test]
    async fn unfinished_photos_are_few_and_go_when_they_are_old() {
        let place = Place::new();
        let begin = |last: u8, person| {
            let place = &place;
            async move {
                let (bytes, name) = picture(last);
                place
                    .append(person, name, (0, 1_000), &[Some(&bytes[..10])])
                    .await
            }
        };
        for last in 0..20 {
            begin(last, ANN).await.unwrap();
        }
        assert!(matches!(begin(20, ANN).await, Err(AppendError::TooMany)));
        begin(20, BO).await.unwrap();
        // One that was begun is gone on with all the same.
        let (bytes, name) = picture(3);
        let whole = place.append(ANN, name, (10, 1_000), &[Some(&bytes[10..])]);
        assert_eq!(whole.await.unwrap(), Standing::Whole(1_000));
        begin(20, ANN).await.unwrap();

        let old = place.uploads.path(ANN, picture(4).1);
        let file = OpenOptions::new().append(true).open(old).unwrap();
        let now = SystemTime::now();
        file.set_modified(now - UNFINISHED_FOR - Duration::from_secs(1))
            .unwrap();
        // One that is being written to is not old, whatever its file says.
        file.lock().unwrap();
        assert_eq!(place.uploads.sweep(now - UNFINISHED_FOR).unwrap(), 0);
        drop(file);
        assert_eq!(place.uploads.sweep(now - UNFINISHED_FOR).unwrap(), 1);
        assert_eq!(place.unfinished(), 20);
    }
}
