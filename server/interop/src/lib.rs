//! Bytes from elsewhere into our types and back.
//!
//! # Layout
//! - [`csv_rows`]: the rows and cells of a CSV file, counted as a spreadsheet counts them
//! - [`csv_write`]: rows as a file that a spreadsheet opens
//! - [`bodies_csv`]: bodies and districts from such a file
//!
//! Nothing here does input or output: bytes go in, values or errors come out.

pub mod bodies_csv;
pub mod csv_rows;
pub mod csv_write;
