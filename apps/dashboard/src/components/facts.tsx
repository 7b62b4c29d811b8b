interface Props {
  /** `facts` and `tiles` stand beside each other, `pairs` and `lines` beneath. */
  readonly kind: 'facts' | 'tiles' | 'pairs' | 'lines';
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Names, each with its value. */
export function Facts({ kind, facts }: Props) {
  return (
    <dl class={kind}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
