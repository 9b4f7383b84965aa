/** What a fake answers, by the command's name without `Command`; an Error is thrown, and what is not there is not allowed. */
export type FakeAnswers = Readonly<Record<string, (input: never) => unknown>>;

/** A client of an AWS SDK that answers by itself, where its `send` would go to the network. */
export function fakeClient<Client extends { send: unknown }>(answers: FakeAnswers): Client {
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: never }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const answer = Object.hasOwn(answers, name) ? answers[name]!(command.input) : accessDenied(name);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { send } as unknown as Client;
}

/** An error as AWS services make them. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function accessDenied(action: string): Error {
  return awsError('AccessDeniedException', `User: x is not authorized to perform: ${action}`);
}
