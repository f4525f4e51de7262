//! The sheet that is signed or drawn on: a canvas under a pen, a finger or a mouse, and the picture that is kept of it.
//!
//! The canvas shows black on nothing, which the style sheet turns for the night; the picture is black on white either way. A sheet may
//! lie over a photo, on which it marks in red what is to be seen there.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use domain::instant::Instant;
use js_sys::{Array, Date, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CanvasRenderingContext2d, Event, HtmlCanvasElement, ImageBitmap, PointerEvent, ResizeObserver,
};

use super::ink::{Ink, Line, Point, WIDTH};
use super::jpeg_comment::with_comment;
use super::photo_capture::{
    Captured, MEDIA_TYPE as PHOTO_MEDIA_TYPE, bytes_of, canvas, context_of,
};
use super::png_time::with_time;
use crate::widgets::drawn::Drawn;

const MEDIA_TYPE: &str = "image/png";
/// Pixels of a picture's width.
const PIXELS: f64 = 1_200.0;
const PEN: f64 = 5.0;
/// What marks a photo: seen on walls and on darkness.
const MARKER: f64 = 7.0;
const MARKING: &str = "#ff2d20";
/// Of what is typed, where there is room for it.
const LETTERS: f64 = 130.0;
const MARGIN: f64 = 60.0;
const FACES: &str = "KaiTi, STKaiti, 'Noto Sans CJK SC', 'PingFang SC', sans-serif";

pub struct Sheet {
    under: Under,
    ink: RefCell<Ink>,
    /// Stand on the sheet instead of the ink.
    words: RefCell<Option<String>>,
    pen: Cell<Option<Pen>>,
    glass: RefCell<Option<Glass>>,
}

/// What a sheet lies on.
enum Under {
    Nothing(Drawn),
    Photo(ImageBitmap),
}

/// How ink looks on a sheet, and how high that is, in widths.
#[derive(Clone, Copy)]
struct Look {
    height: f64,
    colour: &'static str,
    pen: f64,
}

impl Look {
    const fn of(drawn: Drawn) -> Look {
        Look {
            height: drawn.height(),
            colour: "black",
            pen: PEN,
        }
    }
}

impl Drop for Under {
    fn drop(&mut self) {
        if let Under::Photo(photo) = self {
            photo.close();
        }
    }
}

impl Under {
    fn look(&self) -> Look {
        match self {
            Under::Nothing(drawn) => Look::of(*drawn),
            Under::Photo(photo) => Look {
                height: f64::from(photo.height()) / f64::from(photo.width()).max(1.0),
                colour: MARKING,
                pen: MARKER,
            },
        }
    }

    /// Shows what lies under a sheet.
    fn show(&self, context: &CanvasRenderingContext2d) {
        if let Under::Photo(photo) = self {
            let height = WIDTH * self.look().height;
            // Fails only once the photo is let go, as its sheet is.
            let _ =
                context.draw_image_with_image_bitmap_and_dw_and_dh(photo, 0.0, 0.0, WIDTH, height);
        }
    }
}

/// The pointer whose stroke is under way.
#[derive(Clone, Copy)]
struct Pen {
    id: i32,
    is_finger: bool,
}

/// The canvas on the page, followed as it becomes wider or narrower.
struct Glass {
    canvas: HtmlCanvasElement,
    observer: ResizeObserver,
    _called: Closure<dyn FnMut()>,
}

impl Drop for Glass {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// What is on a sheet.
#[derive(Clone)]
pub enum Content {
    Ink(Ink),
    Words(String),
}

impl Sheet {
    pub fn new(drawn: Drawn) -> Rc<Sheet> {
        Sheet::on(Under::Nothing(drawn))
    }

    /// A sheet over a photo.
    pub fn over(photo: ImageBitmap) -> Rc<Sheet> {
        Sheet::on(Under::Photo(photo))
    }

    fn on(under: Under) -> Rc<Sheet> {
        Rc::new(Sheet {
            ink: RefCell::new(Ink::on(under.look().height)),
            under,
            words: RefCell::default(),
            pen: Cell::default(),
            glass: RefCell::default(),
        })
    }

    /// Shows itself on a canvas of the page from now on, which fills its place at every size.
    pub fn stand_on(self: &Rc<Self>, canvas: HtmlCanvasElement) {
        let sheet: Weak<Sheet> = Rc::downgrade(self);
        let called = Closure::new(move || {
            if let Some(sheet) = sheet.upgrade() {
                sheet.fit();
            }
        });
        let function: &Function = called.as_ref().unchecked_ref();
        // It fails only for what is no function.
        let Ok(observer) = ResizeObserver::new(function) else {
            return;
        };
        observer.observe(&canvas);
        // A pointer that drew on another canvas is lifted unheard.
        self.pen.set(None);
        self.glass.replace(Some(Glass {
            canvas,
            observer,
            _called: called,
        }));
    }

    /// Gives the canvas a pixel for each of the glass, and draws all anew.
    fn fit(&self) {
        if let Some(Glass { canvas, .. }) = &*self.glass.borrow() {
            let frame = canvas.get_bounding_client_rect();
            let ratio = window().device_pixel_ratio();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "pixels of a glass"
            )]
            let pixels = |length: f64| (length * ratio).round() as u32;
            // One that has left the page has no size.
            if frame.width() > 0.0 {
                canvas.set_width(pixels(frame.width()));
                canvas.set_height(pixels(frame.height()));
            }
        }
        self.draw();
    }

    fn on_glass(&self, draw: impl FnOnce(&CanvasRenderingContext2d)) {
        if let Some(Glass { canvas, .. }) = &*self.glass.borrow()
            && let Ok(context) = context_of(canvas)
        {
            scale(&context, f64::from(canvas.width()) / WIDTH);
            draw(&context);
        }
    }

    /// Draws all anew.
    fn draw(&self) {
        let content = self.content();
        self.on_glass(|context| {
            let look = self.under.look();
            context.clear_rect(0.0, 0.0, WIDTH, WIDTH * look.height);
            self.under.show(context);
            content.draw(context, look);
        });
    }

    fn content(&self) -> Content {
        match &*self.words.borrow() {
            Some(words) => Content::Words(words.clone()),
            None => Content::Ink(self.ink.borrow().clone()),
        }
    }

    /// What is worth to be kept of what is on it.
    pub fn worth_keeping(&self) -> Option<Content> {
        let content = self.content();
        let worth = match &content {
            Content::Words(words) => !words.trim().is_empty(),
            Content::Ink(ink) => match self.under {
                Under::Nothing(Drawn::Signature) => ink.is_signed(),
                Under::Nothing(Drawn::Drawing) | Under::Photo(_) => ink.strokes() > 0,
            },
        };
        worth.then_some(content)
    }

    /// In widths.
    pub fn height(&self) -> f64 {
        self.under.look().height
    }

    pub fn strokes(&self) -> usize {
        self.ink.borrow().strokes()
    }

    /// Shows words instead of the ink, or the ink again.
    pub fn say(&self, words: Option<String>) {
        self.words.replace(words);
        self.draw();
    }

    pub fn clear(&self) {
        self.pen.set(None);
        self.ink.borrow_mut().clear();
        self.draw();
    }

    pub fn undo(&self) {
        self.ink.borrow_mut().undo();
        self.draw();
    }

    /// A pointer comes down. One at a time draws; a pen takes over from a palm that lies there already.
    pub fn comes_down(&self, event: &PointerEvent) {
        if event.button() != 0 || self.words.borrow().is_some() {
            return;
        }
        let is_finger = event.pointer_type() == "touch";
        if let Some(pen) = self.pen.get() {
            if is_finger || !pen.is_finger {
                return;
            }
            self.ink.borrow_mut().abandon();
            self.draw();
        }
        let Some(at) = self.place(event) else { return };
        let id = event.pointer_id();
        if let Some(Glass { canvas, .. }) = &*self.glass.borrow() {
            // A pointer that is gone already cannot be followed, and draws nothing more.
            let _ = canvas.set_pointer_capture(id);
        }
        self.pen.set(Some(Pen { id, is_finger }));
        self.ink.borrow_mut().begin(at);
        // No text is chosen, and no button of the mouse is held for anything else.
        event.prevent_default();
    }

    pub fn moves(&self, event: &PointerEvent) {
        if !self.draws(event) {
            return;
        }
        let lines: Vec<Line> = each_move(event)
            .into_iter()
            .filter_map(|event| self.place(&event))
            .filter_map(|at| self.ink.borrow_mut().go_on(at))
            .collect();
        let look = self.under.look();
        self.on_glass(|context| lines.iter().for_each(|line| draw_line(context, line, look)));
    }

    /// The pointer is lifted, or taken away. True if it drew.
    pub fn leaves(&self, event: &PointerEvent) -> bool {
        let drew = self.draws(event);
        if drew {
            self.pen.set(None);
            self.ink.borrow_mut().end();
            self.draw();
        }
        drew
    }

    /// The photo under it with what was marked, as a picture of its own that says which photo it was made of: the photo stays as it is.
    /// None where there is no photo, or nothing was marked.
    pub async fn marked(&self, original: &str) -> Option<Result<Captured, JsValue>> {
        let Under::Photo(photo) = &self.under else {
            return None;
        };
        let content = self.worth_keeping()?;
        Some(self.marked_on(photo, &content, original).await)
    }

    async fn marked_on(
        &self,
        photo: &ImageBitmap,
        content: &Content,
        original: &str,
    ) -> Result<Captured, JsValue> {
        let canvas = canvas(photo.width(), photo.height())?;
        let context = context_of(&canvas)?;
        scale(&context, f64::from(photo.width()) / WIDTH);
        self.under.show(&context);
        content.draw(&context, self.under.look());
        let bytes = bytes_of(&canvas, PHOTO_MEDIA_TYPE).await?;
        let bytes = with_comment(&bytes, &format!("marked on SHA-256 {original}"))
            .ok_or("the browser writes no JPEG")?;
        Ok(Captured::of(bytes, PHOTO_MEDIA_TYPE))
    }

    fn draws(&self, event: &PointerEvent) -> bool {
        self.pen
            .get()
            .is_some_and(|pen| pen.id == event.pointer_id())
    }

    /// Where on the sheet a pointer is.
    fn place(&self, event: &PointerEvent) -> Option<Point> {
        let glass = self.glass.borrow();
        let frame = glass.as_ref()?.canvas.get_bounding_client_rect();
        // The bindings give whole pixels, the browser parts of them.
        let read = |name: &str| Reflect::get(event, &name.into()).ok()?.as_f64();
        let (x, y) = (read("clientX")?, read("clientY")?);
        let scale = WIDTH / frame.width();
        scale.is_finite().then(|| Point {
            x: (x - frame.left()) * scale,
            y: (y - frame.top()) * scale,
        })
    }
}

/// Where the pointer was since the page was last told, in order. Browsers without that tell where it is.
fn each_move(event: &PointerEvent) -> Vec<PointerEvent> {
    let coalesced = Reflect::get(event, &"getCoalescedEvents".into())
        .ok()
        .and_then(|ask| ask.dyn_into::<Function>().ok())
        .and_then(|ask| ask.call0(event).ok())
        .map(JsCast::unchecked_into::<Array>);
    match coalesced {
        Some(events) if events.length() > 0 => events.iter().map(JsValue::unchecked_into).collect(),
        _ => vec![event.clone()],
    }
}

/// The event of a pointer, as which the page hears it.
pub fn pointer(event: Event) -> PointerEvent {
    event.unchecked_into()
}

impl Content {
    fn draw(&self, context: &CanvasRenderingContext2d, look: Look) {
        match self {
            Content::Ink(ink) => ink.lines().for_each(|line| draw_line(context, &line, look)),
            Content::Words(words) => draw_words(context, words.trim(), look),
        }
    }

    /// The picture that is kept, as of a time.
    pub async fn picture(&self, drawn: Drawn, at: Instant) -> Result<Captured, JsValue> {
        let height = PIXELS * drawn.height();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a thousand or so"
        )]
        let canvas = canvas(PIXELS as u32, height as u32)?;
        let context = context_of(&canvas)?;
        context.set_fill_style_str("white");
        context.fill_rect(0.0, 0.0, PIXELS, height);
        scale(&context, PIXELS / WIDTH);
        self.draw(&context, Look::of(drawn));
        let bytes = bytes_of(&canvas, MEDIA_TYPE).await?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970")]
        let at = Date::new(&JsValue::from_f64(at.millis() as f64));
        let bytes = with_time(&bytes, &String::from(at.to_iso_string()))
            .ok_or("the browser writes no PNG")?;
        Ok(Captured::of(bytes, MEDIA_TYPE))
    }
}

fn scale(context: &CanvasRenderingContext2d, scale: f64) {
    // It fails for no number.
    let _ = context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
}

fn draw_line(context: &CanvasRenderingContext2d, line: &Line, look: Look) {
    context.set_stroke_style_str(look.colour);
    context.set_line_width(look.pen);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.begin_path();
    context.move_to(line.from.x, line.from.y);
    for curve in &line.curves {
        let (control, to) = (curve.control, curve.to);
        context.quadratic_curve_to(control.x, control.y, to.x, to.y);
    }
    context.stroke();
}

/// Words in one line in the middle, as large as there is room for.
fn draw_words(context: &CanvasRenderingContext2d, words: &str, look: Look) {
    let room = WIDTH - 2.0 * MARGIN;
    context.set_font(&format!("{LETTERS}px {FACES}"));
    let wide = context
        .measure_text(words)
        .map_or(room, |measured| measured.width());
    let letters = LETTERS * (room / wide.max(1.0)).min(1.0);
    context.set_font(&format!("{letters}px {FACES}"));
    context.set_fill_style_str(look.colour);
    context.set_text_align("center");
    context.set_text_baseline("middle");
    // It fails for no number.
    let _ = context.fill_text(words, WIDTH / 2.0, WIDTH * look.height / 2.0);
}
