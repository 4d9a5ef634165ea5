import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeSchema } from './describe.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

// A change of the schema shows in review: `npm test -- -u test/sql/schema.test.ts` writes the dump anew.
test('the migrations make the schema that is committed', async () => {
  await expect(await describeSchema(fixture.query)).toMatchFileSnapshot('../../sql/schema.txt');
});
