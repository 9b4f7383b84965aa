import {
  ClientException,
  ClusterNotFoundException,
  ConflictException,
  ECSServiceException,
  InvalidParameterException,
} from '@aws-sdk/client-ecs';

/** What ECS refuses with: the classes that its own client throws, so that callers may ask `instanceof`. */

const $metadata = { httpStatusCode: 400 };

export const invalidParameter = (message: string) => new InvalidParameterException({ message, $metadata });
export const clientError = (message: string) => new ClientException({ message, $metadata });
export const clusterNotFound = () => new ClusterNotFoundException({ message: 'Cluster not found.', $metadata });

export const conflict = (resourceIds: string[]) =>
  new ConflictException({
    message: 'The provided clientToken is already in use with a different RunTask request.',
    resourceIds,
    $metadata,
  });

export const throttled = () =>
  new ECSServiceException({ name: 'ThrottlingException', $fault: 'client', message: 'Rate exceeded', $metadata });
