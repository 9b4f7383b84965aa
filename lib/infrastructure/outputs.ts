import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Finite } from './finite.js';

/**
 * What `finite aws` and people need to know of a deployment, under plain names also in somebody's own app; so there can be
 * one deployment in a stack.
 */
export function addOutputs(finite: Finite): void {
  const outputs: Readonly<Record<string, string>> = {
    ApiUrl: finite.apiUrl,
    ClusterId: finite.clusterId,
    ClusterName: finite.pods.cluster.clusterName,
    TableName: finite.table.tableName,
    BucketName: finite.bucket.bucketName,
    LogGroupName: finite.pods.logGroup.logGroupName,
    FunctionLogGroupName: finite.functionLogs.logGroupName,
    EventBusName: finite.bus.eventBusName,
    ScheduleGroupName: finite.scheduleGroupName,
    TaskStateFunctionName: finite.functions.taskState.functionName,
    SweepFunctionName: finite.functions.sweep.functionName,
    Region: Stack.of(finite).region,
  };
  for (const [name, value] of Object.entries(outputs)) {
    new CfnOutput(finite, name, { value }).overrideLogicalId(name);
  }
}
