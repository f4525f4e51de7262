//! The compact notation of forms in `cases/`, written out as an `XForm`.

use std::fmt::Write as _;

/// A form being written.
#[derive(Default)]
struct Writing {
    root: String,
    primary: String,
    binds: String,
    /// Itext, secondary instances, actions.
    model: String,
    translations: String,
    body: String,
    title: String,
}

/// What is open: its indentation and how it ends.
struct Open {
    indent: usize,
    path: String,
    primary_end: String,
    body_end: String,
}

/// Writes a form out; `evaluated` are expressions that get a calculated node of their own, `line-N`.
pub fn survey(lines: &[(usize, &str)], evaluated: &[(usize, String)]) -> Result<String, String> {
    let mut writing = Writing {
        title: "Test".to_owned(),
        root: " id=\"test\" version=\"1\"".to_owned(),
        ..Writing::default()
    };
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some((number, line)) = lines.get(at) {
        at += 1;
        let text = line.trim_start();
        let indent = line.len() - text.len();
        while open.last().is_some_and(|open| indent <= open.indent) {
            writing.close(&mut open);
        }
        let first = at;
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        if matches!(word, "instance" | "itext") {
            let is_below = |line: &str| line.len() - line.trim_start().len() > indent;
            while lines.get(at).is_some_and(|(_, line)| is_below(line)) {
                at += 1;
            }
        }
        let below: Vec<&str> = lines[first..at]
            .iter()
            .map(|(_, line)| line.trim())
            .collect();
        writing
            .line(word, rest.trim(), indent, &below, &mut open)
            .map_err(|error| format!("line {number}: {error}"))?;
    }
    while !open.is_empty() {
        writing.close(&mut open);
    }
    for (number, expression) in evaluated {
        let _ = write!(writing.primary, "<line-{number}/>");
        let _ = write!(
            writing.binds,
            "<bind nodeset=\"/data/line-{number}\" type=\"string\" calculate=\"{}\"/>",
            escaped(expression)
        );
    }
    let Writing {
        root,
        primary,
        binds,
        model,
        translations,
        body,
        title,
    } = writing;
    let itext = if translations.is_empty() {
        String::new()
    } else {
        format!("<itext>{translations}</itext>")
    };
    Ok(format!(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" \
         xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:orx=\"http://openrosa.org/xforms\" \
         xmlns:odk=\"http://www.opendatakit.org/xforms\" xmlns:check=\"https://dubang.org/xforms/check\" \
         xmlns:own=\"https://example.org/own\">\n\
         <h:head><h:title>{title}</h:title><model>{itext}\n<instance><data{root}>{primary}</data></instance>\n\
         {model}\n{binds}\n</model></h:head>\n<h:body>{body}</h:body></h:html>"
    ))
}

impl Writing {
    fn close(&mut self, open: &mut Vec<Open>) {
        if let Some(open) = open.pop() {
            self.primary.push_str(&open.primary_end);
            self.body.push_str(&open.body_end);
        }
    }

    fn line(
        &mut self,
        word: &str,
        rest: &str,
        indent: usize,
        below: &[&str],
        open: &mut Vec<Open>,
    ) -> Result<(), String> {
        let around = open
            .last()
            .map_or("/data", |open| open.path.as_str())
            .to_owned();
        match word {
            "title" => rest.clone_into(&mut self.title),
            "root" => self.root = format!(" {rest}"),
            "model" => self.model.push_str(rest),
            "bind" => self.binds.push_str(rest),
            "primary" => self.primary.push_str(rest),
            "instance" => self.secondary(rest, below),
            "external" => {
                let (id, source) = rest.split_once(' ').ok_or("external ID URL")?;
                let _ = write!(self.model, "<instance id=\"{id}\" src=\"{source}\"/>");
            }
            "itext" => self.translation(rest, below)?,
            "setvalue" | "setgeopoint" | "recordaudio" => {
                let action = action(word, rest)?;
                if open.is_empty() {
                    self.model.push_str(&action);
                } else {
                    self.body.push_str(&action);
                }
            }
            _ if word.starts_with('<') => {
                self.body.push_str(word);
                self.body.push(' ');
                self.body.push_str(rest);
            }
            _ => open.push(self.node(word, rest, &around, indent)?),
        }
        Ok(())
    }

    /// Rows of a secondary instance, the first one with the names of the columns.
    fn secondary(&mut self, id: &str, below: &[&str]) {
        let mut rows = below.iter().map(|row| row.split(',').map(str::trim));
        let columns: Vec<&str> = rows.next().map(Iterator::collect).unwrap_or_default();
        let _ = write!(self.model, "<instance id=\"{id}\"><root>");
        for row in rows {
            self.model.push_str("<item>");
            for (column, cell) in columns.iter().zip(row) {
                let _ = write!(self.model, "<{column}>{cell}</{column}>");
            }
            self.model.push_str("</item>");
        }
        self.model.push_str("</root></instance>");
    }

    /// `id = text`, or `id form = text` for another form of it.
    fn translation(&mut self, rest: &str, below: &[&str]) -> Result<(), String> {
        let (language, default) = match rest.strip_suffix(" default") {
            Some(language) => (language, " default=\"\""),
            None => (rest, ""),
        };
        let mut texts: Vec<(&str, String)> = Vec::new();
        for line in below {
            let (left, text) = line.split_once(" = ").ok_or("ID [FORM] = TEXT")?;
            let (id, form) = left.split_once(' ').unwrap_or((left, ""));
            let value = if form.is_empty() {
                format!("<value>{text}</value>")
            } else {
                format!("<value form=\"{form}\">{text}</value>")
            };
            match texts.iter_mut().find(|(known, _)| *known == id) {
                Some((_, values)) => values.push_str(&value),
                None => texts.push((id, value)),
            }
        }
        let _ = write!(
            self.translations,
            "<translation lang=\"{language}\"{default}>"
        );
        for (id, values) in texts {
            let _ = write!(self.translations, "<text id=\"{id}\">{values}</text>");
        }
        self.translations.push_str("</translation>");
        Ok(())
    }

    /// A node with its bind and its control: `KIND NAME "Label" attribute=value …`, or `calculate NAME = EXPRESSION`.
    fn node(
        &mut self,
        kind: &str,
        rest: &str,
        around: &str,
        indent: usize,
    ) -> Result<Open, String> {
        let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let path = format!("{around}/{name}");
        if kind == "calculate" {
            let formula = rest
                .trim()
                .strip_prefix('=')
                .ok_or("calculate NAME = EXPRESSION")?;
            let _ = write!(self.primary, "<{name}/>");
            let _ = writeln!(
                self.binds,
                "<bind nodeset=\"{path}\" type=\"string\" calculate=\"{}\"/>",
                escaped(formula.trim())
            );
            return Ok(Open {
                indent,
                path,
                primary_end: String::new(),
                body_end: String::new(),
            });
        }
        let mut label = String::new();
        let mut rest = rest.trim();
        if rest.starts_with('"') {
            let (text, after) = quoted(rest)?;
            label = element("label", &text);
            rest = after.trim();
        }
        let mut control = String::new();
        let mut bind = String::new();
        let mut inside = String::new();
        let mut initial = String::new();
        let mut template = "";
        let mut data_type = data_type(kind).map(str::to_owned);
        for (key, value) in attributes(rest)? {
            let escaped = escaped(&value);
            match key.as_str() {
                "relevant" | "required" | "readonly" | "constraint" | "calculate" => {
                    let _ = write!(bind, " {key}=\"{escaped}\"");
                }
                "constraintMsg" | "requiredMsg" | "preload" | "preloadParams" => {
                    let _ = write!(bind, " jr:{key}=\"{escaped}\"");
                }
                _ if key.starts_with("check:") => {
                    let _ = write!(bind, " {key}=\"{escaped}\"");
                }
                "type" => data_type = Some(value),
                "default" => initial = escaped,
                "hint" => inside.push_str(&element("hint", &value)),
                "template" => template = " jr:template=\"\"",
                "count" => {
                    let _ = write!(control, " jr:count=\"{escaped}\"");
                }
                "fixed" => {
                    let _ = write!(control, " jr:noAddRemove=\"{escaped}\"");
                }
                "items" => {
                    for item in value.split('|') {
                        let (value, label) = item.split_once(':').unwrap_or((item, item));
                        let label = element("label", label);
                        let _ = write!(inside, "<item>{label}<value>{value}</value></item>");
                    }
                }
                "from" => {
                    let _ = write!(
                        inside,
                        "<itemset nodeset=\"{escaped}\"><value ref=\"name\"/><label ref=\"label\"/></itemset>"
                    );
                }
                // Anything else the control says of itself.
                _ => {
                    let _ = write!(control, " {key}=\"{escaped}\"");
                }
            }
        }
        if kind == "note" {
            bind.push_str(" readonly=\"true()\"");
        }
        let data_type = data_type.map_or_else(String::new, |name| format!(" type=\"{name}\""));
        if !bind.is_empty() || !data_type.is_empty() {
            let _ = writeln!(self.binds, "<bind nodeset=\"{path}\"{data_type}{bind}/>");
        }
        let _ = write!(self.primary, "<{name}{template}>{initial}");
        let body_end = match kind {
            "value" => String::new(),
            "group" => {
                let _ = write!(self.body, "<group ref=\"{path}\"{control}>{label}{inside}");
                "</group>".to_owned()
            }
            "repeat" => {
                let _ = write!(
                    self.body,
                    "<group ref=\"{path}\">{label}<repeat nodeset=\"{path}\"{control}>"
                );
                "</repeat></group>".to_owned()
            }
            _ => {
                let tag = match kind {
                    "select1" | "select" | "range" | "trigger" | "upload" | "secret" => kind,
                    "rank" => "odk:rank",
                    _ => "input",
                };
                let _ = write!(self.body, "<{tag} ref=\"{path}\"{control}>{label}{inside}");
                format!("</{tag}>")
            }
        };
        Ok(Open {
            indent,
            path,
            primary_end: format!("</{name}>"),
            body_end,
        })
    }
}

fn data_type(kind: &str) -> Option<&str> {
    Some(match kind {
        "text" | "note" | "select1" | "select" | "rank" | "secret" | "trigger" => "string",
        "datetime" => "dateTime",
        "range" => "decimal",
        "upload" => "binary",
        "group" | "repeat" | "value" => return None,
        other => other,
    })
}

/// `TARGET = EXPRESSION on EVENTS`, `TARGET text "…" on EVENTS`, `TARGET on EVENTS [quality]`.
fn action(word: &str, rest: &str) -> Result<String, String> {
    let (what, events) = rest.rsplit_once(" on ").ok_or("… on EVENTS")?;
    if let Some((target, text)) = what.split_once(" text ") {
        let (text, _) = quoted(text.trim())?;
        return Ok(format!(
            "<setvalue event=\"{events}\" ref=\"{target}\">{text}</setvalue>"
        ));
    }
    if let Some((target, value)) = what.split_once(" = ") {
        let value = escaped(value);
        return Ok(format!(
            "<setvalue event=\"{events}\" ref=\"{target}\" value=\"{value}\"/>"
        ));
    }
    let (target, quality) = what.split_once(' ').unwrap_or((what, ""));
    let quality = if quality.is_empty() {
        String::new()
    } else {
        format!(" odk:quality=\"{quality}\"")
    };
    let prefix = if word == "setvalue" { "" } else { "odk:" };
    Ok(format!(
        "<{prefix}{word} event=\"{events}\" ref=\"{target}\"{quality}/>"
    ))
}

/// A label or hint: by reference where it is one.
fn element(name: &str, text: &str) -> String {
    if text.starts_with("jr:itext(") {
        format!("<{name} ref=\"{text}\"/>")
    } else {
        format!("<{name}>{text}</{name}>")
    }
}

/// `name=value name="a value" name`; the last one says yes.
pub fn attributes(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, "true()".to_owned()));
            rest = rest.trim_start();
            continue;
        };
        if value.starts_with('"') {
            let (text, after) = quoted(value)?;
            found.push((name, text));
            rest = after.trim_start();
        } else {
            let end = value.find(' ').unwrap_or(value.len());
            found.push((name, value[..end].to_owned()));
            rest = value[end..].trim_start();
        }
    }
    Ok(found)
}

/// A quoted text and what follows it; `\"` and `\n` are written so.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut found = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((found, &text[at + 1..])),
            '\\' => match characters.next() {
                Some((_, 'n')) => found.push('\n'),
                Some((_, other)) => found.push(other),
                None => break,
            },
            other => found.push(other),
        }
    }
    Err(format!("a quote is missing: {text}"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
}
