import createClient from 'openapi-fetch';
import { Problem } from './problem';
import type { paths } from './schema';

/**
 * The API as its OpenAPI document describes it. The header tells the server that a page of its own asks: no
 * other site's page could set it.
 */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  // The queries are the one cache. The browser's would ask by a change's version, which its tasks do not raise.
  cache: 'no-store',
  headers: { 'X-Punchlist-Request': '1' },
  querySerializer: { array: { style: 'form', explode: false } },
});

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a call brought, with its answer's headers; throws a Problem for whatever is not a success. */
export async function answered<Data>(
  call: Promise<Answered<Data>>,
): Promise<{ data: Data; headers: Headers }> {
  let result: Answered<Data>;
  try {
    result = await call;
  } catch (error) {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : Problem.ofNetwork(error);
  }
  const { response } = result;
  if (!response.ok) throw Problem.ofAnswer(response, result.error);
  return { data: result.data as Data, headers: response.headers };
}

/** What a call brought; throws a Problem for whatever is not a success. */
export async function must<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  return (await answered(call)).data;
}
