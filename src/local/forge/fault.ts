/**
 * What the forge answers when it refuses: GitHub's status and body shape. It
 * is part of the conversation with a client, not an error of the forge.
 */

export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  readonly message?: string;
}

export class GithubFault extends Error {
  override readonly name = "GithubFault";
  readonly status: number;
  readonly errors: readonly FieldError[];

  /** @param message what GitHub writes in `message` */
  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  /** @returns the JSON body of the answer */
  body(): Record<string, unknown> {
    const errors = this.errors.length > 0 ? { errors: this.errors } : {};
    return {
      message: this.message,
      ...errors,
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
  }
}

export function notFound(): GithubFault {
  return new GithubFault(404, "Not Found");
}

export function forbiddenForApps(): GithubFault {
  return new GithubFault(403, "Resource not accessible by integration");
}

/** @param message a whole sentence as GitHub puts it into `errors[0].message` */
export function invalid(resource: string, field: string, message: string): GithubFault {
  return new GithubFault(422, "Validation Failed", [{ resource, field, code: "custom", message }]);
}
