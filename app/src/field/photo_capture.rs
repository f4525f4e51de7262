//! From the camera's file to the bytes that are kept: no larger than the office needs, without the camera's own notes on place
//! and device, named by their hash.

use domain::finding::PhotoHash;
use domain::record::Hash;
use domain::{Text, say};
use js_sys::{Function, Promise, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

/// Pixels of the longer side.
const LONGEST_SIDE: f64 = 1_920.0;
const QUALITY: f64 = 0.85;
pub const MEDIA_TYPE: &str = "image/jpeg";

pub struct Captured {
    pub hash: PhotoHash,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Captured {
    pub fn of(bytes: Vec<u8>, media_type: &'static str) -> Captured {
        Captured {
            hash: PhotoHash(Hash::of(&bytes).to_string()),
            media_type,
            bytes,
        }
    }
}

/// Why a file is not taken.
pub enum CaptureError {
    NotAnImage { name: String },
    Browser,
}

impl CaptureError {
    pub fn text(&self, language: domain::Language) -> String {
        const BROWSER: Text = Text::new(
            "照片处理失败，请重拍或关闭其他程序后再试",
            "The photo could not be processed; take it again, or close other programs first",
        );
        match self {
            CaptureError::NotAnImage { name } => {
                say!(
                    language,
                    "“{name}”不是可以识别的图片",
                    "“{name}” is not an image this tablet can read"
                )
            }
            CaptureError::Browser => BROWSER.get(language).to_owned(),
        }
    }
}

/// Scales a picture down and encodes it anew.
pub async fn capture(file: &File) -> Result<Captured, CaptureError> {
    let not_an_image = |_| CaptureError::NotAnImage { name: file.name() };
    let decoding = window()
        .create_image_bitmap_with_blob(file)
        .map_err(not_an_image)?;
    let bitmap: ImageBitmap = JsFuture::from(decoding)
        .await
        .map_err(not_an_image)?
        .unchecked_into();
    let bytes = encode(&bitmap).await;
    bitmap.close();
    let bytes = bytes.map_err(|_| CaptureError::Browser)?;
    Ok(Captured::of(bytes, MEDIA_TYPE))
}

async fn encode(bitmap: &ImageBitmap) -> Result<Vec<u8>, JsValue> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGEST_SIDE / width.max(height)).min(1.0);
    let (width, height) = (
        (width * scale).round().max(1.0),
        (height * scale).round().max(1.0),
    );
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "1 to 1920"
    )]
    let canvas = canvas(width as u32, height as u32)?;
    let context = context_of(&canvas)?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    bytes_of(&canvas, MEDIA_TYPE).await
}

/// A canvas that stands on no page, so many pixels wide and high.
pub fn canvas(width: u32, height: u32) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    Ok(canvas)
}

/// What draws on a canvas.
pub fn context_of(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let context = canvas.get_context("2d")?.ok_or("no canvas")?;
    Ok(context.unchecked_into())
}

/// The bytes of a file of the browser's.
pub async fn blob_bytes(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What is on a canvas, as the bytes of a file.
pub async fn bytes_of(canvas: &HtmlCanvasElement, media_type: &str) -> Result<Vec<u8>, JsValue> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            // A promise that was settled already stays as it is.
            let _ = if blob.is_null() {
                reject.call0(&JsValue::NULL)
            } else {
                resolve.call1(&JsValue::NULL, &blob)
            };
        });
        // Fails only if the canvas held a picture from another site; the promise then stays open, as the photo stays out.
        let _ = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            media_type,
            &JsValue::from_f64(QUALITY),
        );
    });
    let blob: Blob = JsFuture::from(promise).await?.unchecked_into();
    blob_bytes(&blob).await
}
