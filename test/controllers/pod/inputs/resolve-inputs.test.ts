import { describe, expect, it } from 'vitest';
import { resolveInputs } from '../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import { base64, facts, objects, podWith } from './resolved-pods.js';

describe('pull secrets', () => {
  it('passes them on in order and warns of a missing one without holding the pod up', () => {
    const dockerconfigjson = '{"auths":{}}';
    const pod = podWith({}, { imagePullSecrets: [{ name: 'registry' }, { name: 'absent' }] });
    const resolved = resolveInputs(
      pod,
      {
        ...objects,
        secret: (name) =>
          name === 'registry' ? { data: { '.dockerconfigjson': base64(dockerconfigjson) } } : undefined,
      },
      facts,
    );
    expect(resolved).toMatchObject({
      pullSecrets: [dockerconfigjson],
      events: [
        {
          reason: 'FailedToRetrieveImagePullSecret',
          message: 'Unable to retrieve some image pull secrets (absent); attempting to pull the image may not succeed.',
        },
      ],
    });
  });
});
