/** The Kubernetes API that is served; what `kubectl version` shows of the server. */
export const kubernetesVersion = 'v1.36.3';
