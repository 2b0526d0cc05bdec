(function(d,n){var f=d.forms[0],began=Date.now(),hand=0,moves=0,dirty=0,over=0,timer,WAIT=4e3;
if(n.webdriver||!f||!n.sendBeacon)return;
function by(e){if(e.isTrusted&&(e.type!="pointermove"||++moves>9))hand=1}
["pointermove","touchstart","keydown"].forEach(function(t){d.addEventListener(t,by,{passive:true})});
function tell(){var early=began+WAIT-Date.now();clearTimeout(timer);
if(over||!dirty||!hand)return;
if(early>0){timer=setTimeout(tell,early);return}
dirty=0;n.sendBeacon(location.pathname+"/partial",new URLSearchParams(new FormData(f)))}
f.addEventListener("input",function(e){if(!e.isTrusted)return;dirty=1;clearTimeout(timer);timer=setTimeout(tell,2e3)});
f.addEventListener("submit",function(){over=1});
d.addEventListener("visibilitychange",function(){if(d.visibilityState=="hidden")tell()});
addEventListener("pagehide",tell)})(document,navigator)
