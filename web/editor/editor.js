// The program's editor: CodeMirror with Python, problems underlined, and places of the program lit from outside.
//
// It never runs or judges the program. The page calls what `mimeoEditor` holds; `web/src/editor.rs` declares it.

import { EditorState, StateEffect, StateField, Compartment } from "@codemirror/state";
import { EditorView, Decoration, keymap, lineNumbers, drawSelection, highlightActiveLine } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting, HighlightStyle } from "@codemirror/language";
import { pythonLanguage } from "@codemirror/lang-python";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { tags } from "@lezer/highlight";

const light = StateEffect.define();

const lit = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    marks = marks.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(light)) marks = effect.value;
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// Colours are the page's own, so that both themes need no word here.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword], class: "tok-keyword" },
  { tag: [tags.number, tags.bool, tags.null], class: "tok-number" },
  { tag: [tags.string, tags.special(tags.string)], class: "tok-string" },
  { tag: tags.comment, class: "tok-comment" },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], class: "tok-function" },
]);

let view;
const editable = new Compartment();

/// The offset of a line and a column in characters, both from 1, in the document's UTF-16 units.
function offset(line, column) {
  const text = view.state.doc;
  if (line < 1) return 0;
  if (line > text.lines) return text.length;
  const at = text.line(line);
  let units = 0;
  for (let n = 1; n < column && units < at.length; n++) units += at.text.codePointAt(units) > 0xffff ? 2 : 1;
  return at.from + units;
}

function range(place) {
  const from = offset(place.line, place.column);
  const to = Math.max(offset(place.end_line, place.end_column), from);
  return { from, to };
}

/// The column, in characters from 1, of an offset.
function column(line, at) {
  return [...line.text.slice(0, at - line.from)].length + 1;
}

globalThis.mimeoEditor = {
  /// Puts the editor into an element. `changed` gets the text; `moved` the line and column of the caret.
  create(parent, text, changed, moved) {
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
      if (update.selectionSet && !update.docChanged) {
        const at = update.state.selection.main.head;
        const line = update.state.doc.lineAt(at);
        moved(line.number, column(line, at));
      }
    });
    view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          indentUnit.of("    "),
          bracketMatching(),
          // Not `python()`, which would bring completion along.
          pythonLanguage,
          syntaxHighlighting(colours),
          lintGutter(),
          lit,
          editable.of([]),
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": "Python program", "aria-describedby": "editor-hint" }),
          watch,
        ],
      }),
    });
    // What scrolls can be scrolled with the keyboard, whether or not the caret is in it.
    view.scrollDOM.tabIndex = 0;
  },
  /// Replaces the whole text.
  setText(text) {
    if (view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  },
  /// Underlines problems: a list of `{at, message, help}`.
  setProblems(json) {
    const found = JSON.parse(json).map(({ at, message, help }) => {
      let { from, to } = range(at);
      if (from === to) to = Math.min(to + 1, view.state.doc.length);
      return { from, to, severity: "error", message: help ? `${message}\n${help}` : message };
    });
    view.dispatch(setDiagnostics(view.state, found));
  },
  /// Lights places: a list of `{line, column, end_line, end_column}`.
  light(json) {
    const mark = Decoration.mark({ class: "cm-lit" });
    const marks = JSON.parse(json)
      .map(range)
      .filter(({ from, to }) => from < to)
      .map(({ from, to }) => mark.range(from, to));
    view.dispatch({ effects: light.of(Decoration.set(marks, true)) });
  },
  /// Gives the editor the keyboard.
  focus() {
    view.focus();
  },
};
