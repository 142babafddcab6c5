//! What is seen, as files: a picture in SVG, and one HTML file that needs nothing else.
//!
//! Both are made of what stands in the document, so they show what is seen. Start at [`svg`] and [`html`].

use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, Element};

use crate::copies::{self, Piece};
use crate::paint::Paint;

/// A pane as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Its lines; whether each is lit.
    pub lines: Vec<(String, bool)>,
}

/// Pixels of one letter, across; of a line, down; and around a column.
const LETTER: usize = 7;
const LINE: usize = 16;
const EDGE: usize = 12;
/// Letters of a line at most.
const WIDEST: usize = 90;

/// The panes side by side, as a picture of text.
pub fn picture(columns: &[Column]) -> String {
    let mut body = String::new();
    let mut x = EDGE;
    let longest = columns.iter().map(|column| column.lines.len()).max();
    let height = (longest.unwrap_or(0) + 3) * LINE + EDGE;
    for column in columns {
        let texts = column.lines.iter().map(|(text, _)| text.as_str());
        let widest = texts
            .chain([column.title.as_str()])
            .map(|text| text.chars().count());
        let width = widest.max().unwrap_or(0).min(WIDEST) * LETTER + 2 * EDGE;
        body += &format!(
            "<g><rect x=\"{x}\" y=\"{EDGE}\" width=\"{width}\" height=\"{}\" rx=\"6\" fill=\"#fff\" stroke=\"#c8cdd2\"/>\
             <text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>",
            height - 2 * EDGE,
            x + EDGE,
            EDGE + LINE + 2,
            escape(&column.title)
        );
        for (n, (text, is_lit)) in column.lines.iter().enumerate() {
            let y = EDGE + (n + 2) * LINE + 6;
            if *is_lit {
                body += &format!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{LINE}\" fill=\"#fff3c4\" stroke=\"#b27700\"/>",
                    x + EDGE / 2,
                    y - 12,
                    width - EDGE
                );
            }
            let cut: String = text.chars().take(WIDEST).collect();
            body += &format!(
                "<text x=\"{}\" y=\"{y}\" xml:space=\"preserve\">{}</text>",
                x + EDGE,
                escape(&cut)
            );
        }
        body += "</g>";
        x += width + EDGE;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{x}\" height=\"{height}\" viewBox=\"0 0 {x} {height}\" \
         font-family=\"monospace\" font-size=\"11.5\" fill=\"#1c2126\" role=\"img\"><title>Mimeo playground</title>\
         <rect width=\"{x}\" height=\"{height}\" fill=\"#f6f6f3\"/>{body}</svg>\n"
    )
}

/// Text as it may stand in a document.
fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// The panes that are seen, as a picture.
pub async fn svg(paint: Paint) -> Vec<String> {
    let mut columns = Vec::new();
    for pane in elements(".pane:not(.hidden)") {
        let title = pane.query_selector("h2").ok().flatten();
        let mut lines = Vec::new();
        copies::each(&paint, &pane, |piece| {
            if let Piece::Whole(element) = piece {
                add_lines(element, &mut lines);
            }
        })
        .await;
        columns.push(Column {
            title: title.as_ref().map(text).unwrap_or_default(),
            lines,
        });
    }
    vec![picture(&columns)]
}

/// Adds the lines of text that an element holds or is, each with whether it is lit.
fn add_lines(element: &Element, lines: &mut Vec<(String, bool)>) {
    let selector = ".cm-line, .row:not(.future), .held tr, .output pre, .head, h3";
    let own = element.matches(selector).unwrap_or_default();
    let own = own.then(|| element.clone());
    for element in own.into_iter().chain(within(element, selector)) {
        let is_lit = ["lit", "changed"]
            .iter()
            .any(|class| element.class_list().contains(class));
        let parts = within(&element, ":scope > *");
        let texts = match element.class_list().contains("row") || element.tag_name() == "TR" {
            true => parts.iter().map(part).collect::<Vec<_>>().join("  "),
            false => text(&element),
        };
        let texts = texts
            .lines()
            .map(|line| (line.trim_end().to_owned(), is_lit));
        lines.extend(texts.filter(|(line, _)| !line.is_empty()));
    }
}

/// A part of a row, without what stands there only for a while, and with room before what is set apart by looks alone.
fn part(element: &Element) -> String {
    let mut all = text(element);
    for planned in within(element, ".planned") {
        all = all.replacen(&text(&planned), "", 1);
    }
    for chip in within(element, ".chip, .note") {
        let chip = text(&chip);
        all = all.replacen(&chip, &format!("  {chip}"), 1);
    }
    all
}

fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

/// The page as it is seen, in one file, without its program. In parts: together they may be many megabytes.
pub async fn html(paint: Paint) -> Vec<String> {
    let theme = elements("html")
        .first()
        .and_then(|root| root.get_attribute("data-theme"));
    let theme = theme.map_or_else(String::new, |theme| format!(" data-theme=\"{theme}\""));
    let mut parts = vec![format!(
        "<!doctype html>\n<html lang=\"en\"{theme}>\n<head>\n<meta charset=\"utf-8\">\n<title>Mimeo playground</title>\n\
         <style>\n{}\nhtml, body {{ height: auto; }}\n.rows, .tables {{ overflow: visible; }}\n</style>\n</head>\n<body>\n",
        styles()
    )];
    for main in elements("main") {
        copies::each(&paint, &main, |piece| {
            parts.push(match piece {
                Piece::Tag(text) => text.to_owned(),
                Piece::Whole(element) => element.outer_html(),
            });
        })
        .await;
    }
    parts.push("\n</body>\n</html>\n".to_owned());
    parts
}

/// All rules that the page has, the editor's among them.
fn styles() -> String {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return String::new();
    };
    let sheets = document.style_sheets();
    let mut css = String::new();
    for n in 0..sheets.length() {
        let sheet = sheets
            .get(n)
            .and_then(|sheet| sheet.dyn_into::<CssStyleSheet>().ok());
        let Some(Ok(rules)) = sheet.map(|sheet| sheet.css_rules()) else {
            continue;
        };
        for rule in (0..rules.length()).filter_map(|n| rules.get(n)) {
            css.push_str(&rule.css_text());
            css.push('\n');
        }
    }
    css
}

fn elements(selector: &str) -> Vec<Element> {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector_all(selector).ok());
    list(found)
}

fn within(element: &Element, selector: &str) -> Vec<Element> {
    list(element.query_selector_all(selector).ok())
}

fn list(found: Option<web_sys::NodeList>) -> Vec<Element> {
    let Some(found) = found else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_every_line_and_no_markup_of_theirs() {
        let column = |title: &str, lines: &[&str]| Column {
            title: title.to_owned(),
            lines: lines
                .iter()
                .map(|line| ((*line).to_owned(), line.contains('<')))
                .collect(),
        };
        let svg = picture(&[column("A & B", &["x < y", "z"]), column("C", &[])]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        for text in ["A &amp; B", "x &lt; y", ">z</text>", ">C</text>"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
        assert_eq!(svg.matches("#fff3c4").count(), 1);
    }
}
