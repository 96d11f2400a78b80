//! How lists are shown: as a table for people, or as JSON for programs.

use crate::commands::Failure;
use chinwag_wire::{Page, Time};
use serde::Serialize;
use std::io::{self, Write};

/// Shows items: one JSON object a line, or a table with these headings.
///
/// # Errors
/// Whoever read the output has gone.
pub fn list<T: Serialize, const N: usize>(
    items: &[T],
    json: bool,
    headings: [&str; N],
    row: impl Fn(&T) -> [String; N],
) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if json {
        for item in items {
            let line = serde_json::to_string(item).map_err(anyhow::Error::new)?;
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let rows: Vec<[String; N]> = items.iter().map(row).collect();
    Ok(out.write_all(table(headings, &rows).as_bytes())?)
}

/// Columns as wide as what is in them.
fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_uppercase);
    let width = |column: usize| {
        let cells = rows.iter().chain([&headings]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            // What others wrote must not move the cursor.
            let plain: String =
                cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("{plain:width$}")
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    [&headings].into_iter().chain(rows).map(line).collect()
}

/// The first so many items of a list that comes in pages.
///
/// # Errors
/// Those of a page.
pub async fn pages<T>(
    most: usize,
    mut page: impl AsyncFnMut(Option<String>, u32) -> Result<Page<T>, chinwag_client::Error>,
) -> Result<Vec<T>, Failure> {
    let (mut items, mut cursor) = (Vec::new(), None);
    while items.len() < most {
        let limit = (most - items.len()).min(200) as u32;
        let next = page(cursor, limit).await?;
        items.extend(next.items);
        cursor = next.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(items)
}

/// A time to the second, or a dash.
pub fn moment(time: Option<Time>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{}Z", &time.to_string()[..19]))
}

/// What is there, or a dash.
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// A word as it stands in JSON.
pub fn name<T: Serialize>(word: &T) -> String {
    let value = serde_json::to_value(word).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let rows = [["é".to_owned(), "a\x1bb".to_owned()], ["long".to_owned(), String::new()]];
        assert_eq!(table(["x", "of"], &rows), "X     OF\né     a b\nlong\n");
    }

    #[test]
    fn words_are_those_of_the_api() {
        assert_eq!(name(&chinwag_wire::InstanceRole::Moderator), "moderator");
        assert_eq!(moment(Some(Time(1_795_253_400_123_456_789))), "2026-11-21T09:30:00Z");
        assert_eq!(moment(None), "-");
    }
}
