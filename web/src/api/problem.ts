/** Why a request was not answered as wished, in either dialect's words. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly headers: Headers = new Headers(),
  ) {
    super(message);
    this.name = 'Problem';
  }

  static ofNetwork(cause: unknown): Problem {
    return new Problem(0, 'unreachable', String(cause));
  }

  static ofAnswer(response: Response, body: unknown): Problem {
    const { status, headers } = response;
    const { error, errors } = (body ?? {}) as { error?: TaskError; errors?: ChangeError[] };
    if (error) return new Problem(status, error.code, error.message, error.details, headers);
    const first = errors?.[0];
    if (first) {
      const sentences = errors.map((each) => each.message).join(' ');
      return new Problem(status, String(first.code), sentences, {}, headers);
    }
    return new Problem(status, 'unexpected', response.statusText || String(status), {}, headers);
  }

  /** The server's sentences about single fields. */
  get fields(): Record<string, string> {
    if (this.code !== 'validation_error') return {};
    return Object.fromEntries(Object.entries(this.details).map(([field, said]) => [field, String(said)]));
  }
}

interface TaskError {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

interface ChangeError {
  code: number;
  message: string;
}

/** Tells whether somebody has to sign in first. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
