//! Plain tables on stdout.

use std::io::{self, Write as _};

/// Writes a table with right-aligned columns but the first, and notes below it.
///
/// # Errors
/// When stdout is closed.
pub fn write(head: &[&str], rows: &[Vec<String>], notes: &[String]) -> io::Result<()> {
    let text = render(head, rows);
    let mut out = io::stdout().lock();
    writeln!(out, "\n{text}")?;
    notes.iter().try_for_each(|note| writeln!(out, "{note}"))
}

/// Writes lines.
///
/// # Errors
/// When stdout is closed.
pub fn lines(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn render(head: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(wide).collect();
    let line = |cells: &[String]| {
        let padded =
            cells.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let titles: Vec<String> = head.iter().map(|&title| title.to_owned()).collect();
    let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * (widths.len().saturating_sub(1)));
    let body: Vec<String> = rows.iter().map(|row| line(row)).collect();
    format!("{}\n{rule}\n{}\n", line(&titles), body.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["bbb".to_owned(), "22".to_owned()]];
        assert_eq!(render(&["x", "yy"], &rows), "x    yy\n-------\na     1\nbbb  22\n");
    }
}
