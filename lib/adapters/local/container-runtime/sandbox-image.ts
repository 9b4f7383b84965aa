import { inspectImage } from './images.js';
import { EngineError, type Engine } from './engine.js';
import { tarOf } from './tar.js';

/**
 * The program that holds a pod's namespaces: it ignores SIGCHLD, so that orphans leave no zombies, and sleeps. Made by
 * hand, so that no registry is needed for it. One ELF segment with, for x86-64 (181 bytes):
 *
 *   sub rsp,32 · mov qword [rsp],1 (SIG_IGN) · zero the rest · rt_sigaction(17, rsp, 0, 8) · again: pause() · jmp again
 *
 * and for ARM64 (200 bytes) the same with ppoll(0, 0, 0, 0, 8), as there is no pause.
 */
const programs: Readonly<Record<string, string>> = {
  amd64:
    'f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAAeABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAABAAAAAAAAAAEAAAAFAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAtQAAAAAAAAC1AAAAAAAAAAAQAAAAAAAASIPsIEjHBCQBAAAAMcBIiUQkCEiJRCQQSIlEJBi/EQAAAEiJ5jHSQboIAAAAuA0AAAAPBbgiAAAADwXr9w==',
  arm64:
    'f0VMRgIBAQAAAAAAAAAAAAIAtwABAAAAeABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAABAAAAAAAAAAEAAAAFAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAyAAAAAAAAADIAAAAAAAAAAAQAAAAAAAA/4MA0SkAgNLpAwD5/wcA+f8LAPn/DwD5IAKA0uEDAJECAIDSAwGA0sgQgNIBAADUAACA0gEAgNICAIDSAwCA0gQBgNIoCYDSAQAA1Pn//xc=',
};

/** The version is part of the name: some engines put every import under `latest`. */
const repository = 'localhost/finite-sandbox-v1';

export const sandboxProgram = '/sandbox';

/** The image's name, made in the engine when it is not there. */
export async function sandboxImage(engine: Engine): Promise<string> {
  const image = `${repository}:latest`;
  if ((await inspectImage(engine, image)) !== undefined) return image;
  const { Arch = '' } = await engine.json<{ Arch?: string }>('/version');
  const program = programs[Arch];
  if (program === undefined) throw new EngineError(501, `no sandbox program for the engine's architecture ${Arch}`);
  const archive = tarOf(sandboxProgram.slice(1), Buffer.from(program, 'base64'), 0o755);
  await engine.json<unknown>('/images/create', {
    method: 'POST',
    query: { fromSrc: '-', repo: repository, tag: 'latest' },
    body: archive,
  });
  return image;
}
