//! Bytes from elsewhere into our types and back.
//!
//! # Layout
//! - [`csv_rows`], [`xlsx_rows`]: the rows and cells of a CSV file or an XLSX workbook, counted as a spreadsheet counts them
//! - [`csv_write`]: rows as a file that a spreadsheet opens; [`formula`]: what it would compute there, and how it is kept from it
//! - [`bodies_file`]: bodies and districts from such a file, and bodies into one; [`people_file`]: the same of people and their roles;
//!   [`obligations_file`]: what a guide asks
//!
//! Nothing here does input or output: bytes go in, values or errors come out.

pub mod bodies_file;
pub mod csv_rows;
pub mod csv_write;
pub mod formula;
pub mod obligations_file;
pub mod people_file;
pub mod xlsx_rows;
