// Asks a running archive by `fetch` with the generated types, and prints what it learnt as JSON. Argument: its address.
import {
  AnnouncedDocument,
  BehindDocument,
  DividedVotesDocument,
  type DividedVotesQuery,
  type LineFragment,
  type TypedDocumentString,
} from './archive.js';

declare const process: { argv: string[] };

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string }[];
  extensions: { position: number };
}

async function ask<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(`${process.argv[2]}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const answer = (await response.json()) as Answer<Data>;
  if (answer.errors || !answer.data) throw new Error(answer.errors?.map((error) => error.message).join('; '));
  return answer.data;
}

/** The divided adoptions of a year, page after page. */
async function divided(year: number): Promise<LineFragment[]> {
  const lines: LineFragment[] = [];
  let after: string | null = null;
  for (;;) {
    const page: DividedVotesQuery = await ask(DividedVotesDocument, { first: 2, after, year });
    lines.push(...page.votes.nodes);
    if (!page.votes.pageInfo.hasNextPage) return lines;
    after = page.votes.pageInfo.endCursor ?? null;
  }
}

const { vote } = await ask(AnnouncedDocument, { symbol: 'S/2014/916' });
if (!vote) throw new Error('S/2014/916 is not in this archive');
const against = vote.ballots.map((ballot) => `${ballot.member.code}${ballot.permanent ? ' (permanent)' : ''}`);

const { node } = await ask(BehindDocument, { id: 'vote:S/2022/155' });
if (node?.__typename !== 'Vote') throw new Error(`vote:S/2022/155 is ${node?.__typename ?? 'not in this archive'}`);

const lines = await divided(2022);
console.log(JSON.stringify({
  outcome: vote.outcome,
  missing: vote.tally.required! - vote.tally.yes!,
  against,
  vetoed: node.outcome === 'VETOED',
  sources: node.provenance.events.map((event) => event.source),
  divided: lines.map((line) => line.symbol),
}));

// What the types must refuse. `@ts-expect-error` is itself an error where there is nothing to expect.
export async function refused(): Promise<void> {
  // @ts-expect-error: a symbol is a text
  await ask(AnnouncedDocument, { symbol: 1559 });
  // @ts-expect-error: `$symbol` has to be given
  await ask(AnnouncedDocument, {});
  // @ts-expect-error: the question did not ask for the title
  vote?.title;
  // @ts-expect-error: there is no such outcome
  if (vote?.outcome === 'REJECTED') return;
  // @ts-expect-error: the tally of a vote may not be known
  const yes: number = lines[0]!.tally.yes;
  console.log(yes);
}
