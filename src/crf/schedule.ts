import {checkBetween, checkInteger} from '../core/checks.ts';
import type {NativeSchedule} from '../native/addon.ts';

/** What shortens inference. Both options change results a little, so neither is on by default. */
export interface ScheduleOptions {
  /** Stops once an iteration changes no probability by more than this, 0 to 1. 0, the default: never. */
  tolerance?: number | undefined;
  /**
   * Leaves points alone whose greatest probability is above `1 - freeze`, 0 to 0.5, and looks at them again every third iteration
   * and in the last one. 0, the default: never.
   */
  freeze?: number | undefined;
}

/** The keys of {@link ScheduleOptions}. */
export const scheduleKeys = ['tolerance', 'freeze'] as const;

export function checkSchedule(iterations: number, {tolerance = 0, freeze = 0}: ScheduleOptions): NativeSchedule {
  return {
    iterations: checkInteger('iterations', iterations, 0),
    tolerance: checkBetween('tolerance', tolerance, 0, 1, 'closed'),
    freeze: checkBetween('freeze', freeze, 0, 0.5, 'closed'),
  };
}
