/**
 * How clients of AWS' services are to be configured (`new SFNClient({ ...serviceClientDefaults })`): by itself the SDK
 * waits for an answer as long as its function lives, and what else the function has to do waits with it. Times are
 * in ms. Shorter, and a slow answer is taken for none, and the call made twice; longer, and a function whose connection went
 * silent has no time left to try again.
 */
export const serviceClientDefaults = {
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
} as const;
