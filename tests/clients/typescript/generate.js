// Writes types into a folder: `schema.ts` for the archive's whole schema, `archive.ts` for questions and their answers.
// Arguments: the schema, the folder, the questions (.graphql). A question without a name is named after its file.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocuments from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { Kind, buildSchema, parse, visit } from 'graphql';

const [schemaFile, folder, ...questions] = process.argv.slice(2);
const text = readFileSync(schemaFile, 'utf8');

const named = (file) => {
  const name = { kind: Kind.NAME, value: `Of_${basename(file, '.graphql').replaceAll(/[^a-zA-Z0-9]+/g, '_')}` };
  return visit(parse(readFileSync(file, 'utf8')), {
    OperationDefinition: (node) => (node.name ? undefined : { ...node, name }),
  });
};

const write = async (file, documents, pluginMap) => {
  const made = await codegen({
    filename: join(folder, file),
    schema: parse(text),
    schemaAst: buildSchema(text),
    documents,
    config: {
      // A scalar that is not listed here stops the generation: nothing is silently `any`.
      strictScalars: true,
      scalars: { JSON: './json.js#Json' },
      enumsAsTypes: true,
      documentMode: 'string',
      useTypeImports: true,
    },
    plugins: Object.keys(pluginMap).map((name) => ({ [name]: {} })),
    pluginMap,
  });
  writeFileSync(join(folder, file), made);
};

await write('schema.ts', [], { typescript });
await write(
  'archive.ts',
  questions.map((location) => ({ location, document: named(location) })),
  { operations, typedDocuments },
);
