//! How what is kept on the tablet is sealed: by XChaCha20-Poly1305 ([draft-irtf-cfrg-xchacha]), with the key of the person it belongs to.
//!
//! What is sealed begins with [`FORMAT`], one byte that is told without the key ([`Mark`]) and a nonce of 24 random bytes; then comes what
//! is encrypted, with its 16 bytes of authentication. The mark and the place where it lies (its store and its person) are authenticated with it, so that
//! nothing that is put elsewhere opens.
//!
//! The browser's own ciphers are not used for this: they answer later, and a transaction of the database ends by itself when
//! anything else is waited for.
//!
//! [draft-irtf-cfrg-xchacha]: https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{KeyInit as _, Tag, XChaCha20Poly1305, XNonce};

/// The first byte of what is sealed this way.
pub const FORMAT: u8 = 1;
/// Random, so that no two are alike under one key.
pub type Nonce = [u8; 24];

const HEAD: usize = 2 + size_of::<Nonce>();
const TAG: usize = 16;

/// What is told of something sealed without its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    None,
    /// A draft that was handed in, and is not written over.
    HandedIn,
}

impl Mark {
    const fn byte(self) -> u8 {
        match self {
            Mark::None => 0,
            Mark::HandedIn => 1,
        }
    }
}

/// What was sealed does not open: it is not whole, lies elsewhere than it did, or was sealed by another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoesNotOpen;

/// Seals and opens what belongs to one person.
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    pub fn new(key: [u8; 32]) -> Seal {
        Seal(XChaCha20Poly1305::new(&key.into()))
    }

    /// Seals bytes for a place.
    pub fn seal(&self, plain: &[u8], mark: Mark, place: &str, nonce: Nonce) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(HEAD + plain.len() + TAG);
        sealed.extend([FORMAT, mark.byte()]);
        sealed.extend(nonce);
        sealed.extend(plain);
        let beside = beside(sealed[1], place);
        let (_, body) = sealed.split_at_mut(HEAD);
        let tag = self
            .0
            .encrypt_inout_detached(&XNonce::from(nonce), &beside, body.into())
            .unwrap_or_else(|_| unreachable!("a cipher of 256 GB takes what a browser keeps"));
        sealed.extend(tag.as_slice());
        sealed
    }

    /// Opens what lies in a place.
    pub fn open(&self, mut sealed: Vec<u8>, place: &str) -> Result<Vec<u8>, DoesNotOpen> {
        if sealed.len() < HEAD + TAG || sealed[0] != FORMAT {
            return Err(DoesNotOpen);
        }
        let tag = sealed.split_off(sealed.len() - TAG);
        let tag = Tag::try_from(tag.as_slice()).map_err(|_| DoesNotOpen)?;
        let nonce = XNonce::try_from(&sealed[2..HEAD]).map_err(|_| DoesNotOpen)?;
        let beside = beside(sealed[1], place);
        self.0
            .decrypt_inout_detached(&nonce, &beside, (&mut sealed[HEAD..]).into(), &tag)
            .map_err(|_| DoesNotOpen)?;
        sealed.drain(..HEAD);
        Ok(sealed)
    }
}

/// Whether something sealed is marked as a draft that was handed in.
pub fn is_handed_in(sealed: &[u8]) -> bool {
    sealed.get(1) == Some(&Mark::HandedIn.byte())
}

fn beside(mark: u8, place: &str) -> Vec<u8> {
    [&[FORMAT, mark], place.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONCE: Nonce = [9; 24];
    const PLACE: &str = "draft/ann";

    fn seal() -> Seal {
        Seal::new([7; 32])
    }

    /// Made by another program: `xchacha20poly1305(key, nonce, aad)` of the npm package `@noble/ciphers` 1.3.0.
    #[test]
    fn another_program_seals_the_same() {
        let sealed = seal().seal("门口无人".as_bytes(), Mark::HandedIn, PLACE, NONCE);
        let expected = "010109090909090909090909090909090909090909090909090957e54a6ff3099ff554f6b2867f930ed1148db8d3ff7a563b18c1b762";
        let digits = expected
            .as_bytes()
            .chunks(2)
            .map(|pair| str::from_utf8(pair).unwrap());
        let expected: Vec<u8> = digits
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect();
        assert_eq!(sealed, expected);
    }

    #[test]
    fn what_is_handed_in_is_told_without_the_key() {
        let of = |mark| is_handed_in(&seal().seal(b"{}", mark, PLACE, NONCE));
        assert!(of(Mark::HandedIn) && !of(Mark::None) && !is_handed_in(&[]));
    }

    #[test]
    fn what_is_not_whole_does_not_open() {
        let sealed = seal().seal(b"twelve beds", Mark::None, PLACE, NONCE);
        for length in 0..sealed.len() {
            assert_eq!(
                seal().open(sealed[..length].to_vec(), PLACE),
                Err(DoesNotOpen)
            );
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal().open(changed, PLACE), Err(DoesNotOpen), "{at}");
        }
    }

    #[test]
    fn what_lies_elsewhere_or_is_somebody_elses_does_not_open() {
        let sealed = seal().seal(b"twelve beds", Mark::None, PLACE, NONCE);
        let elsewhere = seal().open(sealed.clone(), "photo/ann");
        let of_another = Seal::new([8; 32]).open(sealed, PLACE);
        assert_eq!(
            [elsewhere, of_another],
            [Err(DoesNotOpen), Err(DoesNotOpen)]
        );
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(plain in any::<Vec<u8>>(), place: String, key: [u8; 32], nonce: [u8; 24]) {
            let seal = Seal::new(key);
            let sealed = seal.seal(&plain, Mark::None, &place, nonce);
            prop_assert_eq!(seal.open(sealed, &place), Ok(plain));
        }

        #[test]
        fn nothing_that_comes_panics(sealed in any::<Vec<u8>>(), place: String) {
            prop_assert_eq!(seal().open(sealed, &place), Err(DoesNotOpen));
        }
    }
}
