import { describe, expect, it } from '@jest/globals';
import { orderFigures } from './figure-order.ts';

const order = (...names: readonly string[]) => Object.keys(orderFigures(Object.fromEntries(names.map((n) => [n, 1]))));

describe('orderFigures', () => {
  it('puts the accuracy of a training before its loss, and these before the rest', () => {
    expect(
      order(
        'steps',
        'best_epoch',
        'temperature',
        'validation.loss',
        'validation.accuracy',
        'validation.answered.accuracy',
      ),
    ).toEqual([
      'validation.accuracy',
      'validation.loss',
      'validation.answered.accuracy',
      'best_epoch',
      'steps',
      'temperature',
    ]);
  });

  it('puts the accuracies of a report first, of these the served student’s', () => {
    expect(
      order(
        'teacher.accuracy',
        'other.accuracy',
        'teacher.loss',
        'student.p50.128',
        'student.accuracy',
        'student-int8.accuracy',
      ),
    ).toEqual([
      'student-int8.accuracy',
      'student.accuracy',
      'teacher.accuracy',
      'other.accuracy',
      'teacher.loss',
      'student.p50.128',
    ]);
  });

  it('puts the accuracy on the test split before those on further texts', () => {
    expect(order('student-int8.web.accuracy', 'teacher.accuracy')).toEqual([
      'teacher.accuracy',
      'student-int8.web.accuracy',
    ]);
  });

  it('puts the texts of a dataset before what was refused', () => {
    expect(order('train', 'rejected', 'rows', 'texts')).toEqual(['texts', 'rows', 'rejected', 'train']);
  });
});
