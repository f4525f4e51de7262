//! Takes a compiled program apart where its source says so: what only its later parts reach goes into files of their own.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, anyhow};

use crate::digest;

/// What loads the parts, beside the JavaScript of the first.
const LINK: &str = "__wasm_split.js";

/// The first part of the program `entry` as it is to be bound to JavaScript. Writes what loads the others into `folder`, from where the
/// JavaScript `ENTRY.js` takes it, and the others into `parts`, each under a name that changes with its content.
pub fn take_apart(compiled: &[u8], entry: &str, folder: &Path, parts: &Path) -> Result<Vec<u8>> {
    let (first, binding) = (folder.join("first.wasm"), format!("./{entry}.js"));
    let link_name = format!("./{LINK}");
    let mut options = wasm_split_cli_support::Options::new(compiled);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = &binding;
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("splitting {entry}: {error:#}"))?;

    let read = |path: &Path| fs::read(path).with_context(|| format!("reading {}", path.display()));
    let link_path = folder.join(LINK);
    let mut link =
        String::from_utf8(read(&link_path)?).context("what loads the parts is no text")?;
    fs::create_dir_all(parts).with_context(|| format!("creating {}", parts.display()))?;
    for path in split.split_modules {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let stem = stem.with_context(|| format!("{} has no name", path.display()))?;
        let part = written_short(&read(&path)?).with_context(|| format!("reading {stem}"))?;
        let name = stem.strip_prefix("split_").unwrap_or(stem);
        let named = format!("{entry}-{name}-{}.wasm", digest::short(&part));
        let asked_for = format!("\"./{stem}.wasm\"");
        if link.matches(&asked_for).count() != 1 {
            return Err(anyhow!("{LINK} does not ask for {stem}.wasm once"));
        }
        link = link.replace(&asked_for, &format!("\"./{named}\""));
        let to = parts.join(named);
        fs::write(&to, part).with_context(|| format!("writing {}", to.display()))?;
    }
    fs::write(&link_path, link).with_context(|| format!("writing {}", link_path.display()))?;
    read(&first)
}

/// The linker leaves room in each number it may have to change, and names in all that has one; binding takes both out of the first part.
fn written_short(part: &[u8]) -> Result<Vec<u8>> {
    let mut config = walrus::ModuleConfig::new();
    config
        .generate_name_section(false)
        .generate_producers_section(false);
    Ok(config.parse(part)?.emit_wasm())
}
