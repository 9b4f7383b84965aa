const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const tag = '[\\w][\\w.-]{0,127}';
const digest = '(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})';
const reference = new RegExp(`^(?:${domain}/)?${pathPart}(?:/${pathPart})*(?::(${tag}))?(?:@(${digest}))?$`);
const identifier = /^[a-f0-9]{64}$/;

/** The tag an image's name asks for: `latest` when it has neither tag nor digest; undefined with a digest alone or when it is no image's name. */
function imageTag(image: string): string | undefined {
  const parts = identifier.test(image) ? null : reference.exec(image);
  if (parts === null) return undefined;
  return parts[1] ?? (parts[2] === undefined ? 'latest' : undefined);
}

/** `imagePullPolicy` when it is not given: a tag that moves is pulled each time. */
export function defaultPullPolicy(image: string | undefined): 'Always' | 'IfNotPresent' {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
}
