//! Digests and base64.

use std::fmt::Write;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use sha2::Digest;

use super::{
    Function as F,
    call::{Outcome, refuse},
};
use crate::{Evaluator, Expr, Value};

/// Reads base64 whether it is padded or not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl<'h> Evaluator<'h> {
    pub(super) fn call_digest<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        match (function, arguments) {
            (F::Digest, [text, algorithm, encoding @ ..]) => {
                let (text, algorithm) = (self.text(text)?, self.text(algorithm)?);
                let digest = match &*algorithm {
                    "MD5" => md5::Md5::digest(&*text).to_vec(),
                    "SHA-1" => sha1::Sha1::digest(&*text).to_vec(),
                    "SHA-256" => sha2::Sha256::digest(&*text).to_vec(),
                    "SHA-384" => sha2::Sha384::digest(&*text).to_vec(),
                    "SHA-512" => sha2::Sha512::digest(&*text).to_vec(),
                    unknown => return refuse(function, unknown),
                };
                let encoding = encoding
                    .first()
                    .map(|encoding| self.text(encoding))
                    .transpose()?;
                match encoding.as_deref().unwrap_or("base64") {
                    "base64" => Ok(STANDARD.encode(digest).into()),
                    "hex" => Ok(digest
                        .iter()
                        .fold(String::new(), |mut hex, byte| {
                            let _ = write!(hex, "{byte:02x}");
                            hex
                        })
                        .into()),
                    unknown => refuse(function, unknown),
                }
            }
            (F::Base64Decode, [text]) => {
                let text = self.text(text)?;
                let text: String = text.split_ascii_whitespace().collect();
                let bytes = LENIENT.decode(text).unwrap_or_default();
                Ok(String::from_utf8_lossy(&bytes).into_owned().into())
            }
            _ => Ok("".into()),
        }
    }
}
