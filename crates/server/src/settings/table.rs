//! Settings before they have types: a table of keys, each checked against the declared ones as it is
//! put in, and remembered with where it came from, so that an error can say so.

use super::{SECTIONS, Settings};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Values by dotted key (`http.bind`), and where each was set.
pub struct Overlay {
    defaults: Table,
    values: Table,
    origins: BTreeMap<String, String>,
}

impl Overlay {
    /// Nothing but the defaults.
    pub fn new() -> Self {
        let defaults = Table::try_from(Settings::default()).expect("the defaults are a table");
        Self { values: defaults.clone(), defaults, origins: BTreeMap::new() }
    }

    /// Puts a whole file in.
    ///
    /// # Errors
    /// Unknown sections and keys, and values of another type than the default's.
    pub fn put_table(&mut self, table: Table, origin: &str) -> Result<()> {
        self.put_section("", table, origin)
    }

    fn put_section(&mut self, section: &str, table: Table, origin: &str) -> Result<()> {
        for (name, value) in table {
            let key = dotted(section, &name);
            match value {
                Value::Table(inner) if self.is_section(&key) => {
                    self.put_section(&key, inner, origin)?;
                }
                value => self.put(&key, value, origin)?,
            }
        }
        Ok(())
    }

    /// Puts one value in.
    ///
    /// # Errors
    /// An unknown key, with the nearest known one; a value of another type than the default's.
    pub fn put(&mut self, key: &str, value: Value, origin: &str) -> Result<()> {
        let Some(default) = find(&self.defaults, key).filter(|default| !default.is_table()) else {
            bail!("{origin}: there is no setting `{key}`{}", did_you_mean(key));
        };
        let value = match (default, value) {
            (Value::Float(_), Value::Integer(whole)) => Value::Float(whole as f64),
            (_, value) => value,
        };
        if !default.same_type(&value) {
            bail!("{origin}: `{key}` must be {}, not {}", described(default), described(&value));
        }
        *slot(&mut self.values, key) = value;
        self.origins.insert(key.to_owned(), origin.to_owned());
        Ok(())
    }

    /// Puts in what the environment or a flag says: text, read as the type of the default. Lists are separated by commas.
    ///
    /// # Errors
    /// As for [`Self::put`], and text that cannot be read as that type.
    pub fn put_text(&mut self, key: &str, text: &str, origin: &str) -> Result<()> {
        let value = match find(&self.defaults, key) {
            Some(Value::Integer(_)) => text.parse().map(Value::Integer).ok(),
            Some(Value::Float(_)) => text.parse().map(Value::Float).ok(),
            Some(Value::Boolean(_)) => text.parse().map(Value::Boolean).ok(),
            Some(Value::Array(_)) => Some(Value::Array(list(text))),
            _ => Some(Value::String(text.to_owned())),
        };
        let wanted = find(&self.defaults, key).map_or("text", described);
        self.put(
            key,
            value.with_context(|| format!("{origin}: must be {wanted}, not `{text}`"))?,
            origin,
        )
    }

    /// Whether this is a key whose value is text.
    pub fn is_text(&self, key: &str) -> bool {
        find(&self.defaults, key).is_some_and(Value::is_str)
    }

    /// The settings, typed.
    ///
    /// # Errors
    /// A value that its type refuses, with where it was set.
    pub fn finish(self) -> Result<Settings> {
        for (key, origin) in &self.origins {
            let mut alone = self.defaults.clone();
            *slot(&mut alone, key) = find(&self.values, key).expect("put in before").clone();
            if let Err(error) = alone.try_into::<Settings>() {
                bail!("{origin}: `{key}`: {}", error.message());
            }
        }
        Ok(self.values.try_into()?)
    }

    fn is_section(&self, name: &str) -> bool {
        find(&self.defaults, name).is_some_and(Value::is_table)
    }
}

/// Where a key was set, and to what: `(key, value)` for each key, in the documented order.
pub fn flatten(settings: &Settings) -> Vec<(String, Value)> {
    let table = Table::try_from(settings).expect("settings are a table");
    let keys = SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(|key| dotted(section.name, key.name)));
    keys.map(|key| (find(&table, &key).expect("declared by the same macro").clone(), key))
        .map(|(value, key)| (key, value))
        .collect()
}

/// `section.key`, or `key` where it stands above the sections.
pub fn dotted(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// The name of the variable that sets a key.
pub fn variable(key: &str) -> String {
    format!("CHINWAG_{}", key.replace('.', "__").replace('-', "_").to_uppercase())
}

/// `; did you mean …?` with the nearest known key, or nothing where none is near.
pub fn did_you_mean(key: &str) -> String {
    let known = SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(|key| dotted(section.name, key.name)));
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let nearness = |candidate: &String| {
        let whole = strsim::jaro_winkler(key, candidate);
        if last(key) == last(candidate) { whole.max(0.95) } else { whole }
    };
    let nearest = known.max_by(|a, b| nearness(a).total_cmp(&nearness(b)));
    match nearest.filter(|candidate| nearness(candidate) > 0.8) {
        Some(candidate) => format!("; did you mean `{candidate}`?"),
        None => "; `chinwag config docs` lists what there is".to_owned(),
    }
}

/// The key that a variable sets; where there is none, what it looks like.
pub fn key_of(name: &str) -> String {
    let keys = SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(|key| dotted(section.name, key.name)));
    let known = keys.into_iter().find(|key| variable(key) == name);
    let like = || name.trim_start_matches("CHINWAG_").to_lowercase().replace("__", ".");
    known.unwrap_or_else(like)
}

fn find<'t>(table: &'t Table, key: &str) -> Option<&'t Value> {
    match key.split_once('.') {
        Some((section, key)) => find(table.get(section)?.as_table()?, key),
        None => table.get(key),
    }
}

fn slot<'t>(table: &'t mut Table, key: &str) -> &'t mut Value {
    match key.split_once('.') {
        Some((section, key)) => match &mut table[section] {
            Value::Table(table) => slot(table, key),
            value => value,
        },
        None => &mut table[key],
    }
}

fn list(text: &str) -> Vec<Value> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| Value::String(item.to_owned())).collect()
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::Datetime(_) => "a time",
        Value::Table(_) => "a section",
    }
}
