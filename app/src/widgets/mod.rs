//! Parts that pages share. Each is a plain function that returns a view; its markup is the one the stylesheet describes.

pub mod address;
pub mod ask;
pub mod body_picker;
pub mod browser;
pub mod changing;
pub mod draw_parts;
pub mod event_title;
pub mod figure;
pub mod filters;
pub mod finding_table;
pub mod finding_title;
pub mod hash;
pub mod head;
pub mod history;
pub mod icon;
pub mod inspection_table;
pub mod languages;
pub mod loaded;
pub mod pager;
pub mod photos;
pub mod points;
pub mod sending;
pub mod table;
pub mod tag;
pub mod texts;
