/** What a spreadsheet takes for a formula, also when quotes stand in front of it already. */
const FORMULA_LIKE = /^'*[=+\-@\t\r]/;

/** A cell that no spreadsheet computes: with a quote in front of what would be a formula. `readCell` takes it off again. */
export function neutralCell(text: string): string {
  return FORMULA_LIKE.test(text) ? `'${text}` : text;
}

/** The text of a cell that `neutralCell` may have written. */
export function readCell(cell: string): string {
  return cell.startsWith("'") && FORMULA_LIKE.test(cell) ? cell.slice(1) : cell;
}

/** A formula, or what a spreadsheet shows for one that failed, where its result was meant. */
export function isFormula(cell: string): boolean {
  return /^(?:=|[+\-@][A-Z]+\()/.test(cell) || /^#(?:REF|NAME|VALUE|N\/A|DIV\/0|NULL|NUM|NV|BEZUG|WERT|ZAHL)[!?]?$/.test(cell);
}
