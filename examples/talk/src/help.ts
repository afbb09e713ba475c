export const HELP = `A participant for the command line: talks on Sidetone channels and hears what is said there.

Usage: npm run talk -- [options]

Where
  --url <address>          the server, for instance http://127.0.0.1:8470 (http, https, ws, wss);
                           without it, the one that runs from SIDETONE_DATA_DIR (default: data)
  --name <name>            the name that others see (default: your user name)
  --user <name>            sign in with this account; the password is asked for in the terminal, or is
                           in SIDETONE_PASSWORD (default: a guest)
  --password-file <file>   with --user: the password is the only line of this file
  --channel <name>         a channel to join; may be given several times
                           (default: the first one of the server)
  --talk-to <channel>      talk to this one only of the joined channels; may be given several times
                           (default: to all of them, 8 at most)
  --transport <name>       udp or websocket alone for voice
                           (default: websocket at once, udp as soon as it works)

What to say
  --play <file>            a WAV file: 16-bit PCM or 32-bit float, mono or stereo, 8 to 192 kHz; or an
                           Ogg Opus file, which is sent as it is
  --play -                 raw PCM from stdin: signed 16-bit little-endian, 48 kHz, mono;
                           sent at the pace of speech
  --live                   with --play -: stdin is live, such as a recording program; it is sent as
                           it comes, and what comes before the channels are joined is left out
  --mic                    your microphone, through arecord, ffmpeg or sox

What to do with what is heard
  --record <file>          write it to a WAV file: 16-bit, 48 kHz, stereo
  --record -               write it to stdout as raw PCM: signed 16-bit little-endian, 48 kHz, stereo
  --speaker                play it, through aplay, ffplay or sox; --mic does so where one of them is

When to leave
  --leave-after <seconds>  this long after joining
                           Without it: with --play alone, at the end of the speech; otherwise at
                           Ctrl-C, when stdout is no longer read, or when the server ends the session

  -h, --help               this text

In a terminal it shows who is on which net and who talks. With --mic the space bar mutes and unmutes,
and 1 to 8 talk to the first to eighth channel alone, until the same number again; several talk to
all of theirs. In a pipe it writes one line for each event. Lines go to stdout, with --record - to
stderr.

Exit status: 0 for a regular end, Ctrl-C too; 1 when something failed; 2 for arguments of no use.

Examples
  Talk with others (in two terminals, or from two machines):
    npm run talk -- --url http://127.0.0.1:8470 --name Ann --channel Lobby --mic
  Say something and leave:
    npm run talk -- --name Ann --channel Lobby --channel Command --play speech.wav
  Record ten seconds of two nets:
    npm run talk -- --name Recorder --channel Lobby --channel Command --record heard.wav --leave-after 10
  Listen to two nets, talk to one:
    npm run talk -- --channel Lobby --channel Command --talk-to Command --mic
  Raw PCM in and out (--silent, or npm would write to stdout, too):
    sox speech.mp3 -t raw -r 48000 -e signed -b 16 -c 1 - | npm run talk -- --play -
    arecord -q -t raw -f S16_LE -r 48000 -c 1 | npm run talk -- --play - --live
    npm --silent run talk -- --record - | aplay -q -t raw -f S16_LE -r 48000 -c 2
`;
