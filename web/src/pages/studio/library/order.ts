/** One thing that is to stand at another place, counted from 0 among all, once it is taken out of its own. */
export interface Move {
  id: string;
  order: number;
}

/** What leads from one order to the other, in as few moves as can be, one after the other. */
export function moves(before: readonly string[], after: readonly string[]): Move[] {
  const staying = new Set(longestRun(after.map((id) => before.indexOf(id))).map((place) => before[place]));
  let order = [...before];
  return after.flatMap((id, place) => {
    if (staying.has(id)) return [];
    const others = order.filter((each) => each !== id);
    const ahead = after[place - 1];
    const to = ahead === undefined ? 0 : others.indexOf(ahead) + 1;
    order = others.toSpliced(to, 0, id);
    return [{ id, order: to }];
  });
}

/** The longest part of these numbers that rises. */
function longestRun(numbers: readonly number[]): number[] {
  const runs: number[][] = [];
  let longest: number[] = [];
  for (const [at, number] of numbers.entries()) {
    let run: number[] = [];
    for (let to = 0; to < at; to += 1) {
      const before = runs[to] ?? [];
      if ((numbers[to] ?? 0) < number && before.length > run.length) run = before;
    }
    const own = [...run, number];
    runs.push(own);
    if (own.length > longest.length) longest = own;
  }
  return longest;
}
