//! Secondary instances: those written in the form, and those from files beside it (CSV, GeoJSON, XML).

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::{Fault, Fields, FromJson as _, Json};
use xpath::{Limits, Names, NodeIx, ReadOptions, Texts as TextNodes, Tree};

use super::read::{Reading, copy};
use crate::definition_error::{AttachmentFault, DefinitionFault};
use crate::{Attachments, limits};

#[inline(never)]
pub(super) fn read(
    reading: &mut Reading,
    elements: &[NodeIx],
    attachments: &Attachments,
) -> Vec<(Box<str>, Tree)> {
    let mut instances: Vec<(Box<str>, Tree)> = Vec::with_capacity(elements.len());
    for &element in elements {
        let Some(id) = reading.plain(element, "id") else {
            continue;
        };
        if instances.iter().any(|(known, _)| **known == *id) {
            let place = reading.place_of(element, id);
            reading.warn(place, DefinitionFault::DuplicateInstance(id.to_owned()));
            continue;
        }
        let tree = if let Some(source) = reading.plain(element, "src") {
            from_file(reading, element, source, attachments)
        } else {
            let mut tree = Tree::new();
            if let Some(root) = reading.elements(element).next() {
                copy(reading.document, root, &mut tree, NodeIx::DOCUMENT);
            }
            tree
        };
        instances.push((id.into(), tree));
    }
    instances
}

/// A file that is not there gives an empty instance and a warning: forms are opened before their files have arrived, and the
/// last saved submission does not exist before the first.
fn from_file<'d>(
    reading: &mut Reading<'d>,
    element: NodeIx,
    source: &'d str,
    attachments: &Attachments,
) -> Tree {
    let Some(bytes) = attachments.find(source) else {
        if source != "jr://instance/last-saved" {
            let place = reading.place_of(element, source);
            reading.warn(place, DefinitionFault::MissingAttachment(source.to_owned()));
        }
        return Tree::new();
    };
    parse(source, bytes, &mut reading.names).unwrap_or_else(|fault| {
        let place = reading.place_of(element, source);
        let what = DefinitionFault::Attachment {
            file: source.to_owned(),
            fault,
        };
        reading.error(place, what);
        Tree::new()
    })
}

fn parse(source: &str, bytes: &[u8], names: &mut Names) -> Result<Tree, AttachmentFault> {
    if bytes.len() > limits::MAX_ATTACHMENT_BYTES {
        return Err(AttachmentFault::TooLarge);
    }
    let extension = source.rsplit('.').next().unwrap_or_default();
    if source.starts_with("jr://file-csv/") || extension.eq_ignore_ascii_case("csv") {
        csv(bytes, names)
    } else if extension.eq_ignore_ascii_case("geojson") {
        geojson(bytes, names)
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| AttachmentFault::NotUtf8)?;
        let options = ReadOptions {
            texts: TextNodes::Inline,
            keep_comments: false,
            limits: Limits {
                bytes: limits::MAX_ATTACHMENT_BYTES,
                nodes: limits::MAX_XML_NODES,
                depth: limits::MAX_XML_DEPTH,
            },
        };
        let tree = xpath::read(text, names, options).map_err(AttachmentFault::Xml)?;
        // Once more without the white space between elements.
        let mut compact = Tree::new();
        if let Some(root) = tree.root_element() {
            copy(&tree, root, &mut compact, NodeIx::DOCUMENT);
        }
        Ok(compact)
    }
}

/// `root/item/COLUMN`, one item a row; a byte order mark is passed over, short rows leave columns blank.
fn csv(bytes: &[u8], names: &mut Names) -> Result<Tree, AttachmentFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let delimiter = match bytes.split(|byte| *byte == b'\n').next() {
        Some(head) if head.contains(&b';') && !head.contains(&b',') => b';',
        Some(head) if head.contains(&b'\t') && !head.contains(&b',') => b'\t',
        _ => b',',
    };
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(bytes);
    let wrong = |error: csv::Error| AttachmentFault::Csv {
        line: error.position().map_or(0, csv::Position::line),
        detail: error.to_string(),
    };
    let columns: Vec<_> = rows
        .headers()
        .map_err(wrong)?
        .iter()
        .map(|column| names.intern("", "", column.trim()))
        .collect();
    let (root_name, item_name) = (names.intern("", "", "root"), names.intern("", "", "item"));
    let mut tree = Tree::new();
    let root = tree.append_element(NodeIx::DOCUMENT, root_name);
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row).map_err(wrong)? {
        let item = tree.append_element(root, item_name);
        for (index, column) in columns.iter().enumerate() {
            let cell = tree.append_element(item, *column);
            tree.set_text(cell, row.get(index).unwrap_or_default());
        }
    }
    Ok(tree)
}

/// `root/item` a feature: its `id`, its geometry as ODK writes positions, and its properties.
fn geojson(bytes: &[u8], names: &mut Names) -> Result<Tree, AttachmentFault> {
    let invalid = |detail: &str| AttachmentFault::GeoJson(detail.to_owned());
    let faulty = |fault: Fault| AttachmentFault::GeoJson(fault.to_string());
    let text =
        std::str::from_utf8(bytes).map_err(|error| AttachmentFault::GeoJson(error.to_string()))?;
    let collection = Json::of(text).and_then(fields).map_err(faulty)?;
    if !collection
        .value("type")
        .is_some_and(|kind| says(kind, "FeatureCollection"))
    {
        return Err(invalid("not a FeatureCollection"));
    }
    let features = collection
        .value("features")
        .and_then(|features| features.list().ok())
        .ok_or_else(|| invalid("no list of features"))?;
    let mut tree = Tree::new();
    let root_name = names.intern("", "", "root");
    let item_name = names.intern("", "", "item");
    let root = tree.append_element(NodeIx::DOCUMENT, root_name);
    for feature in features {
        let item = tree.append_element(root, item_name);
        let mut field = |name: &str, text: &str| {
            let name = names.intern("", "", name);
            let cell = tree.append_element(item, name);
            tree.set_text(cell, text);
        };
        let feature = fields(feature).map_err(faulty)?;
        field(
            "geometry",
            &feature
                .value("geometry")
                .and_then(geometry)
                .ok_or_else(|| invalid("a geometry other than a point, a line or a polygon"))?,
        );
        // Properties may be null. By name; of those of one name the last is meant.
        let written: Vec<(Json, Json)> = feature
            .value("properties")
            .and_then(|properties| properties.object().ok())
            .unwrap_or_default();
        let mut properties = BTreeMap::new();
        for (name, value) in written {
            properties.insert(name.text().map_err(faulty)?, value);
        }
        if let Some(id) = feature
            .value("id")
            .filter(|_| !properties.contains_key("id"))
        {
            field("id", &cell(id).map_err(faulty)?);
        }
        for (name, value) in properties {
            field(&name, &cell(value).map_err(faulty)?);
        }
    }
    Ok(tree)
}

fn fields(json: Json<'_>) -> Result<Fields<'_>, Fault> {
    Fields::of(json, None, None)
}

fn says(json: Json, text: &str) -> bool {
    json.text().is_ok_and(|said| said == text)
}

/// What a value says in a cell: a text what it says, null nothing, all else what is written.
fn cell(value: Json<'_>) -> Result<Cow<'_, str>, Fault> {
    if value.is_null() {
        Ok(Cow::Borrowed(""))
    } else if value.written().starts_with('"') {
        value.text()
    } else {
        Ok(Cow::Borrowed(value.written()))
    }
}

/// `latitude longitude altitude accuracy`, several separated by `;`.
fn geometry(geometry: Json) -> Option<String> {
    let number = |number: Json| f64::from_json(number).ok();
    let position = |position: Json| {
        let position = position.list().ok()?;
        let (longitude, latitude) = (number(*position.first()?)?, number(*position.get(1)?)?);
        Some(format!("{latitude} {longitude} 0 0"))
    };
    let positions = |list: Json| {
        let list: Option<Vec<String>> = list.list().ok()?.into_iter().map(position).collect();
        Some(list?.join("; "))
    };
    let geometry = fields(geometry).ok()?;
    let coordinates = geometry.value("coordinates")?;
    match &*geometry.value("type")?.text().ok()? {
        "Point" => position(coordinates),
        "LineString" => positions(coordinates),
        "Polygon" => positions(*coordinates.list().ok()?.first()?),
        _ => None,
    }
}
