/** Inputs that the teacher reads at once, whatever the student's batch: the last bits of what it gives follow from it. */
export const teacherBatch = 16;
