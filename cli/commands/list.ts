/** Lists: a table for people, a JSON object a line for machines. */
import type { Api } from '../api.ts';
import { type Cell, type Column, table } from '../terminal/table.ts';

type List<Item> = {
  columns: Column[];
  row: (item: Item) => Cell[];
  json: boolean | undefined;
  /** Said on stderr where there is nothing to list. */
  nothing: string;
};

/** Prints them in the order given. Only a terminal's width cuts anything. */
export function printList<Item>(api: Api, items: Item[], { columns, row, json, nothing }: List<Item>): undefined {
  if (json) {
    for (const item of items) api.print(JSON.stringify(item));
    return undefined;
  }
  if (items.length === 0) {
    api.tell(nothing);
    return undefined;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const line of table(columns, items.map(row), api.style, width)) api.print(line);
  return undefined;
}
