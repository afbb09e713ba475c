@rem npm start and npm run talk say "exec", so that on other systems no shell stands between npm and Node,
@rem where it would swallow signals. The shell of Windows does not know the word: here it is.
@%*
