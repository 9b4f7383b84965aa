import { StatusError } from '../../apis/meta/v1/status-error.js';

/** No such path in a served group. */
export function resourceNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** Kubernetes has it, and people ask for it: they are told what there is instead. */
export function notServed(resource: string, instead: string): StatusError {
  return new StatusError(405, 'MethodNotAllowed', `${resource} is not served by finite: ${instead}`, {});
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function internalError(): StatusError {
  return new StatusError(500, 'InternalError', 'Internal error occurred: see the log of the server', {
    causes: [{ message: 'see the log of the server', reason: 'UnexpectedServerError' }],
  });
}

/** A list or get at a revision that has not been reached. */
export function tooLargeResourceVersion(asked: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return new StatusError(504, 'Timeout', message, {
    causes: [{ message: 'Too large resource version', reason: 'ResourceVersionTooLarge' }],
    retryAfterSeconds: 1,
  });
}

/** A revision whose history is gone. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

/** A continue token whose history is gone; `token` goes on from the same place in what there is now. */
export function expiredContinue(token: string): StatusError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.';
  return new StatusError(410, 'Expired', message, undefined, [], { continue: token });
}
