import { defaultJob } from '../../apis/batch/v1/job/defaults.js';
import { jobKind } from '../../apis/batch/v1/job/kind.js';
import { prepareJobForCreate, withPodLabels } from '../../apis/batch/v1/job/prepare.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import { validateJob } from '../../apis/batch/v1/job/validation.js';
import { admitPod, serviceAccountNameOf } from '../../apis/core/v1/pod/admission.js';
import { defaultPod } from '../../apis/core/v1/pod/defaults.js';
import { bindPod, preparePodForCreate } from '../../apis/core/v1/pod/prepare.js';
import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../apis/core/v1/pod/types.js';
import type { ServiceAccount } from '../../apis/core/v1/serviceaccount/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { invalid } from '../../apis/meta/v1/status-error.js';
import type { CreateObject } from '../../controllers/decision.js';
import type { Ids } from '../../ports/ids.js';
import type { PodRuntime } from '../../ports/pod-runtime.js';
import type { Store } from '../../ports/store.js';

/** What is known of the node that pods are bound to, where nothing runs them. */
export type NodeFacts = Pick<PodRuntime, 'nodeName'>;

type PodObject = KubeObject & Pod;

type SharedForm = Partial<Pick<CreateObject, 'owner' | 'form'>>;

/** What a template's spec became, and what of. */
interface Admitted {
  readonly given: PodSpec;
  readonly serviceAccount: KubeObject | undefined;
  readonly spec: PodSpec;
}

/**
 * Does to an object that a controller creates what the API server would: defaults and admission. Pods of one template
 * share what comes of its spec: it is worked out once, and held once.
 */
export class Admission {
  /** By the template's list of containers, which all pods of a template share. */
  readonly #admitted = new WeakMap<readonly Container[], Admitted>();
  /** By owner, the form of the last Job of it that was found to be valid. */
  readonly #validForms = new Map<string, string>();
  readonly #volumeSuffix: string;

  constructor(
    readonly store: Pick<Store, 'get'>,
    readonly node: NodeFacts,
    ids: Ids,
  ) {
    this.#volumeSuffix = ids.nameSuffix(5);
  }

  /** Throws `StatusError` where the API server would refuse. `shared`: as in `CreateObject`. */
  async admit(resource: string, object: KubeObject, shared: SharedForm = {}): Promise<KubeObject> {
    if (resource === 'jobs') return this.#job(object as KubeObject & Job, shared);
    if (resource !== 'pods') return object;
    const pod = object as PodObject;
    const name = serviceAccountNameOf(pod);
    const namespace = pod.metadata.namespace ?? '';
    const account = (await this.store.get({ resource: 'serviceaccounts', namespace, name }))?.object;
    return preparePodForCreate({ ...pod, spec: this.#spec(pod, account) });
  }

  /** Whether a Job of this form need not be validated. */
  isValid({ owner, form }: SharedForm): boolean {
    return owner !== undefined && form !== undefined && this.#validForms.get(owner) === form;
  }

  forget(owner: string): void {
    this.#validForms.delete(owner);
  }

  #job(given: KubeObject & Job, shared: SharedForm): KubeObject {
    const job = prepareJobForCreate(defaultJob(given));
    if (!this.isValid(shared)) {
      const errors = validateJob(job);
      if (errors.length > 0) throw invalid(jobKind.kind, jobKind.group, job.metadata.name, errors);
      if (shared.owner !== undefined && shared.form !== undefined) this.#validForms.set(shared.owner, shared.form);
    }
    return withPodLabels(job) as KubeObject & Job;
  }

  #spec(pod: PodObject, serviceAccount: KubeObject | undefined): PodSpec {
    const { spec: given } = pod;
    const known = this.#admitted.get(given.containers);
    if (known && known.serviceAccount === serviceAccount && differOnlyInHostname(known.given, given)) {
      return given.hostname === known.given.hostname ? known.spec : { ...known.spec, hostname: given.hostname };
    }
    const spec = this.#workOut(pod, serviceAccount);
    this.#admitted.set(given.containers, { given, serviceAccount, spec });
    return spec;
  }

  #workOut(pod: PodObject, serviceAccount: KubeObject | undefined): PodSpec {
    const admission = {
      serviceAccount: serviceAccount as (KubeObject & ServiceAccount) | undefined,
      volumeSuffix: this.#volumeSuffix,
    };
    // Bound at once: a write less for each pod.
    return bindPod(admitPod(defaultPod(pod), admission), this.node.nodeName).spec;
  }
}

function differOnlyInHostname(a: PodSpec, b: PodSpec): boolean {
  const fields = Object.keys(a) as (keyof PodSpec)[];
  return (
    fields.length === Object.keys(b).length && fields.every((field) => field === 'hostname' || a[field] === b[field])
  );
}
