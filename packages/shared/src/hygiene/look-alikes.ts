/** The letters of a script that look like Latin ones, and these: the n-th of one string like the n-th of the other. */
const pairs = {
  cyrillic: [
    ['аеорсухіјѕһԁԛԝѵӏүк', 'aeopcyxijshdqwvlyk'],
    ['АВСЕНІЈКМОРЅТХУҮԚԜѴӀ', 'ABCEHIJKMOPSTXYYQWVI'],
  ],
  greek: [
    ['αογικνρυχϲϳϱ', 'aoyikvpuxcjp'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ', 'ABEZHIKMNOPTYXCJ'],
  ],
  armenian: [
    ['օոսհցզյ', 'onuhgqj'],
    ['ՕՍՏԼ', 'OUSL'],
  ],
  cherokee: [['ᎠᎡᎢᎪᎫᎬᎳᎷᎻᎽᏀᏃᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴᏧ', 'DRTAJEWMHYGZRWSVSLCPKBd']],
  lisu: [['ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ', 'BPDTGKJCZFMNLSRVHWXYAEIOU']],
  phonetic: [['ɑɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'agabcdefghijklmnoprstuvwyz']],
} as const;

export type Alphabet = keyof typeof pairs;

/** A letter that looks like a Latin one. */
export interface LookAlike {
  readonly latin: string;
  readonly alphabet: Alphabet;
}

/** Unicode's list of confusable characters (UTS 39) cut down to single letters that few readers would tell apart. */
export const lookAlikes: ReadonlyMap<string, LookAlike> = new Map(
  Object.entries(pairs).flatMap(([alphabet, lists]) =>
    lists.flatMap(([letters, latin]) =>
      [...letters].map((letter, i): [string, LookAlike] => [
        letter,
        { latin: latin[i], alphabet: alphabet as Alphabet },
      ]),
    ),
  ),
);

/** The look-alikes as the inside of a regular expression's class. */
export const lookAlikeClass = [...lookAlikes.keys()].join('');

/** What tells that a text has words of the alphabet: a letter of it that looks like no Latin one. */
export const genuine: Readonly<Record<Alphabet, RegExp>> = {
  cyrillic: without('\\p{Script=Cyrillic}'),
  greek: without('\\p{Script=Greek}'),
  armenian: without('\\p{Script=Armenian}'),
  cherokee: without('\\p{Script=Cherokee}'),
  lisu: without('\\p{Script=Lisu}'),
  phonetic: without('\\u0250-\\u02ff\\u1d00-\\u1dbf'),
};

function without(letters: string): RegExp {
  return new RegExp(`(?![${lookAlikeClass}])(?=\\p{L})[${letters}]`, 'u');
}
