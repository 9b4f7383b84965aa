import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { optionOf, propsFrom } from '../lib/infrastructure/options.js';
import { FiniteStack } from '../lib/infrastructure/stack.js';

/** The CDK app: one stack, checked by cdk-nag on the way. Its options are in docs/aws.md. */
const app = new App();
const option = optionOf(app, process.env);
const stackName = option('stack') ?? 'finite';
new FiniteStack(app, stackName, (scope) => propsFrom(scope, option), { stackName });
Aspects.of(app).add(new AwsSolutionsChecks());
