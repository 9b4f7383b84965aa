import { SFNClient } from '@aws-sdk/client-sfn';
import { serviceClientDefaults } from '../../lib/adapters/aws/service-client.js';
import { StepFunctionsWakeUps } from '../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { clock, configuration, dynamoDb, table } from './base.js';

export const wakeUps = new StepFunctionsWakeUps({
  stepFunctions: new SFNClient({ ...serviceClientDefaults }),
  machineArn: configuration.text('wakeMachine'),
  dynamoDb,
  table,
  clock,
});
